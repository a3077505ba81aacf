import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import sharp from 'sharp';
import { afterAll, expect, it } from 'vitest';
import { nodeArguments } from '../../../engine/program/node-arguments.ts';
import { imageProcessor } from './image-processor.ts';
import { openImageProcessor } from './open-image-processor.ts';
import { PictureThread } from './picture-thread.ts';

const given = {
  do_resize: true,
  size: { height: 9, width: 7 },
  resample: 3,
  do_rescale: true,
  rescale_factor: 1 / 255,
  do_normalize: false,
};
const folder = mkdtempSync(join(tmpdir(), 'hopline-pictures-'));
writeFileSync(join(folder, 'preprocessor_config.json'), JSON.stringify(given));
afterAll(() => rmSync(folder, { recursive: true }));

function picture(n: number, format: 'png' | 'jpeg' = 'png'): Promise<Buffer> {
  const [width, height] = [20 + n, 31 - n];
  const raw = { width, height, channels: 3 as const };
  const pixels = Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * (n + 3)) % 251);
  return sharp(pixels, { raw }).toFormat(format).toBuffer();
}

it('gives what the calling thread would, in the order asked, broken pictures their own error', async () => {
  const files = await Promise.all(Array.from({ length: 19 }, (_, n) => picture(n, n % 4 === 1 ? 'jpeg' : 'png')));
  files[5] = Buffer.from('GIF89a');
  files[11] = files[11]!.subarray(0, 60);
  const here = imageProcessor(given);
  const there = await openImageProcessor(folder);
  const [expected, got] = await Promise.all([here, there].map(({ pixelValues }) => Promise.allSettled(files.map(pixelValues))));
  expect(got).toEqual(expected);
  expect(got!.flatMap(({ status }, n) => (status === 'rejected' ? [n] : []))).toEqual([5, 11]);
  expect(got![5]).toMatchObject({ reason: { name: 'ImageError', code: 'IMAGE_FORMAT', permanent: true } });
  expect(there.config).toEqual(here.config);
});

it('lets the process end, and end by itself, when it has nothing to do', async () => {
  const file = join(folder, 'picture.png');
  writeFileSync(file, await picture(3));
  const entry = pathToFileURL(join(import.meta.dirname, 'open-image-processor.ts')).href;
  const program = join(folder, 'program.mjs');
  writeFileSync(
    program,
    `import { readFileSync } from 'node:fs';
const { openImageProcessor } = await import(${JSON.stringify(entry)});
const { pixelValues } = await openImageProcessor(${JSON.stringify(folder)});
const { shape } = await pixelValues(readFileSync(${JSON.stringify(file)}));
console.log(shape.join());
if (process.argv[2]) process.exit(3);`,
  );
  const [, ...flags] = nodeArguments('index.ts').toReversed();
  for (const [argument, status] of [
    ['', 0],
    ['exit', 3],
  ] as const) {
    const ended = spawnSync(process.execPath, [...flags.toReversed(), program, argument], { encoding: 'utf8', timeout: 30_000 });
    expect([ended.stdout, ended.stderr, ended.status]).toEqual(['3,9,7\n', '', status]);
  }
});

it('says so when it dies, to everybody who waits', async () => {
  const thread = new PictureThread(new Worker("throw new Error('no memory')", { eval: true, execArgv: [] }));
  const waiting = [0, 1].map(
    () =>
      new Promise((resolve, reject) => {
        thread.prepare(given, {}, [{ file: new Uint8Array(1), resolve, reject }]);
      }),
  );
  for (const { reason } of (await Promise.allSettled(waiting)) as PromiseRejectedResult[])
    expect(reason).toMatchObject({ code: 'IMAGE_THREAD_ENDED', permanent: false, message: expect.stringContaining('no memory') });
  expect(thread.isAlive).toBe(false);
});
