import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ProtobufWriter } from '../../nn/onnx/protobuf-writer.ts';
import { readSafetensors } from '../../nn/safetensors/read-safetensors.ts';
import { writeSafetensors } from '../../nn/safetensors/write-safetensors.ts';
import { adapters } from '../adapters.ts';
import { writeTinyBert } from '../bert/tiny-bert.fixture.ts';
import { writeOnnxFile } from '../onnx/onnx-file.fixture.ts';
import { refuseNaN } from './refuse-nan.ts';

/** Numbers on both sides of the border between two chunks. */
const MANY = 4 * 2 ** 20 + 5;
const BFLOAT16 = 16;

function emptyFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'float-check-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
const check = (at: string) => refuseNaN({ path: at, files: (readdirSync(at, { recursive: true }) as string[]).sort() });
const refused = (tensor: string, element: number) => ({
  code: 'MODEL_NOT_FINITE',
  message: `model.${tensor} must be finite, got NaN at element ${element}`,
});

/** A tensor whose bytes begin at an odd place, behind a byte. */
function safetensors(at: string, name: string, dtype: string, bytes: Uint8Array): void {
  const tensors = {
    __metadata__: { format: 'pt' },
    first: { dtype: 'U8', shape: [1], data_offsets: [0, 1] },
    [name]: { dtype, shape: [bytes.length], data_offsets: [1, 1 + bytes.length] },
  };
  const header = Buffer.from(JSON.stringify(tensors));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  writeFileSync(path.join(at, 'model.safetensors'), Buffer.concat([length, header, Buffer.of(1), bytes]));
}

const bytesOf = (numbers: { buffer: ArrayBufferLike }): Uint8Array => new Uint8Array(numbers.buffer);
const [INF, NAN] = [Number.POSITIVE_INFINITY, Number.NaN];

/** By type: numbers that are all there may be in a weight, and some of which the last is NaN. */
const types: [dtype: string, onnx: number, sound: Uint8Array, spoiled: Uint8Array][] = [
  ['F32', 1, bytesOf(Float32Array.of(0, -INF, INF, -3.4e38)), bytesOf(Float32Array.of(0, INF, 1, NAN))],
  ['F64', 11, bytesOf(Float64Array.of(0, -INF, INF, -1e308)), bytesOf(Float64Array.of(0, INF, 1, NAN))],
  // 0, -inf, inf, -65504; a NaN with and without its quiet bit and sign.
  ['F16', 10, bytesOf(Uint16Array.of(0, 0xfc00, 0x7c00, 0xfbff)), bytesOf(Uint16Array.of(0, 0x7c00, 1, 0xfc01))],
  ['BF16', BFLOAT16, bytesOf(Uint16Array.of(0, 0xff80, 0x7f80, 0xff7f)), bytesOf(Uint16Array.of(0, 0x7f80, 1, 0x7fc0))],
];

const graph = { inputs: [], outputs: [], nodes: [] };
const onnx = (at: string, data: readonly number[] | string | Uint8Array, type = 1) =>
  writeOnnxFile(path.join(at, 'model.onnx'), { ...graph, constants: { rows: { shape: [4], data, type } } });

describe.each(types)('%s', (dtype, type, sound, spoiled) => {
  it('in safetensors: NaN is named, infinity passes', async () => {
    const at = emptyFolder();
    safetensors(at, 'a.weight', dtype, sound);
    await check(at);
    safetensors(at, 'a.weight', dtype, spoiled);
    await expect(check(at)).rejects.toMatchObject(refused('model.safetensors a.weight', 3));
  });

  it('in ONNX, raw and beside the file: NaN is named, infinity passes', async () => {
    const at = emptyFolder();
    onnx(at, sound, type);
    await check(at);
    onnx(at, spoiled, type);
    await expect(check(at)).rejects.toMatchObject(refused('model.onnx rows', 3));
    onnx(at, 'model.onnx_data', type);
    writeFileSync(path.join(at, 'model.onnx_data'), sound);
    await check(at);
    writeFileSync(path.join(at, 'model.onnx_data'), spoiled);
    await expect(check(at)).rejects.toMatchObject(refused('model.onnx rows', 3));
  });
});

it('a NaN anywhere in many megabytes is found, whatever the bytes in front', async () => {
  const at = emptyFolder();
  for (const element of [2 ** 20 - 1, 2 ** 20, MANY - 1]) {
    const numbers = new Float32Array(MANY);
    numbers[element] = NAN;
    safetensors(at, 'rows', 'F32', bytesOf(numbers));
    await expect(check(at)).rejects.toMatchObject(refused('model.safetensors rows', element));
  }
});

it('numbers in float_data and constants of nodes are looked at, a lone constant is not', async () => {
  const at = emptyFolder();
  const write = (constant: readonly number[], initializer: readonly number[]): void => {
    const tensor = (field: number, name: string, numbers: readonly number[]) => (writer: ProtobufWriter) =>
      writer.message(field, (inner) => {
        inner.bytes(4, bytesOf(Float32Array.from(numbers)));
        inner.integer(2, 1);
        if (name) inner.text(8, name);
      });
    const model = new ProtobufWriter();
    model.message(7, (of) => {
      of.message(1, (node) => node.message(5, tensor(5, '', constant)));
      tensor(5, 'scale', initializer)(of);
    });
    writeFileSync(path.join(at, 'model.onnx'), model.finish());
  };
  write([NAN], [1]);
  await check(at);
  write([1, NAN], [1]);
  await expect(check(at)).rejects.toMatchObject(refused('model.onnx a constant', 1));
  write([1, 2], [NAN]);
  await expect(check(at)).rejects.toMatchObject(refused('model.onnx scale', 0));
});

it('files that are broken, and data that are missing or lie elsewhere, are left to what opens them', async () => {
  const at = emptyFolder();
  for (const text of [
    '',
    'version https://git-lfs.github.com/spec/v1\n',
    '\u0008\u0000\u0000\u0000\u0000\u0000\u0000\u0000{nonsens',
  ]) {
    for (const name of ['model.onnx', 'model.safetensors']) writeFileSync(path.join(at, name), text);
    await check(at);
  }
  for (const location of ['none.bin', '../model.safetensors', '/etc/hostname']) {
    onnx(at, location);
    await check(at);
  }
});

it('a model with NaN in a row that no trial touches is not added; one with a mask of infinities is', async () => {
  const at = emptyFolder();
  writeTinyBert(at);
  const file = path.join(at, 'model.safetensors');
  const { tensors } = readSafetensors(readFileSync(file));
  const name = Object.keys(tensors).find((key) => key.endsWith('word_embeddings.weight'))!;
  const bert = adapters.find((adapter) => adapter.name === 'bert')!;
  const folder = {
    path: at,
    files: readdirSync(at),
    json: async (name: string) => JSON.parse(readFileSync(path.join(at, name), 'utf8')),
  };
  writeFileSync(file, writeSafetensors({ ...tensors, mask: { data: Float32Array.of(0, -INF), shape: [2] } }));
  await bert.check!(folder);
  (tensors[name]!.data as Float32Array)[tensors[name]!.data.length - 1] = NAN;
  writeFileSync(file, writeSafetensors(tensors));
  await expect(bert.check!(folder)).rejects.toMatchObject(refused(`model.safetensors ${name}`, tensors[name]!.data.length - 1));
});
