/** What `models add` takes to look at every weight for NaN: `npm run bench -- weight-check [--gib N]`. A file of float32, then one of float16,
 *  read out of the page cache; the median of five. */
import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { refuseNaN } from '../ml/models/float-check/refuse-nan.ts';

const ROUNDS = 5;
const GIB = 2 ** 30;
const { values } = parseArgs({ options: { gib: { type: 'string', default: '1' } } });
const bytes = Math.round(Number(values.gib) * 256) * 2 ** 22;

const folder = mkdtempSync(join(tmpdir(), 'weight-check-'));
try {
  for (const [dtype, width] of [
    ['F32', 4],
    ['F16', 2],
  ] as const) {
    await writeWeights(dtype, width);
    const seconds: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const before = process.cpuUsage();
      await refuseNaN({ path: folder, files: ['model.safetensors'] });
      const { user, system } = process.cpuUsage(before);
      seconds.push((user + system) / 1e6);
    }
    const value = seconds.sort((a, b) => a - b)[ROUNDS >> 1]! / (bytes / GIB);
    const rss = Math.round(process.memoryUsage().rss / 2 ** 20);
    console.log(
      JSON.stringify({ name: `weight-check/${dtype}`, value: Number(value.toFixed(3)), unit: 'CPU s/GiB', rssMiB: rss }),
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}

async function writeWeights(dtype: string, width: number): Promise<void> {
  const header = Buffer.from(JSON.stringify({ weight: { dtype, shape: [bytes / width], data_offsets: [0, bytes] } }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  // 0.1 and what follows as float32, small numbers as halves: no bits of NaN.
  const block = new Uint8Array(2 ** 22).map((_, at) => [0xcd, 0x2c, 0xcc, 0x3d][at % 4]!);
  const file = await open(join(folder, 'model.safetensors'), 'w');
  await file.writeFile(Buffer.concat([length, header]));
  for (let at = 0; at < bytes; at += block.length) await file.write(block);
  await file.close();
}
