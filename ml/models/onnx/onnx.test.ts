import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { inspectOnnx, openOnnxModel } from './index.ts';
import { type OnnxFile, writeOnnxFile } from './onnx-file.fixture.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'hopline-onnx-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
const write = (file: OnnxFile): string => writeOnnxFile(path.join(folder, `model-${files++}.onnx`), file);

const identity = (type: 'float32' | 'float16' | 'int64' | 'int32', shape: (number | string)[]): string =>
  write({ inputs: [['x', type, shape]], outputs: [['y', type, shape]], nodes: [['Identity', ['x'], ['y']]] });

async function through(file: string, data: number[], shape: number[]) {
  const model = await openOnnxModel(file);
  try {
    return await model.run({ x: { data, shape }, unknown: { data: [1], shape: [1] } });
  } finally {
    await model.close();
  }
}

describe('an ONNX model', () => {
  it('tells what it declares', async () => {
    const model = await openOnnxModel(identity('int32', ['batch', 3]));
    expect(model.inputs).toEqual([{ name: 'x', dtype: 'int32', shape: ['batch', 3] }]);
    expect(model.output('y')?.dtype).toBe('int32');
    expect(model.header).toEqual({ irVersion: 8, opsets: { '': 18 }, externalData: [] });
    await model.close();
  });

  it('takes whole numbers in the type that it declares', async () => {
    expect((await through(identity('int64', ['n']), [1, 2], [2])).y).toEqual({ data: BigInt64Array.of(1n, 2n), shape: [2] });
    expect((await through(identity('int32', ['n']), [1, 2], [2])).y).toEqual({ data: Int32Array.of(1, 2), shape: [2] });
    await expect(through(identity('int64', ['n']), [1.5, 2], [2])).rejects.toMatchObject({ code: 'MODEL_INPUT_MISFIT' });
  });

  it('rounds float16 on the way in and widens it on the way out', async () => {
    const { y } = await through(identity('float16', ['n']), [1, 1 + 2 ** -11, 65504, -(2 ** -24)], [4]);
    expect(y).toEqual({ data: Float32Array.of(1, 1, 65504, -(2 ** -24)), shape: [4] });
  });

  it('takes one number as a scalar, as [1] and as a fixed [n]', async () => {
    expect((await through(identity('float32', []), [7], [1])).y).toEqual({ data: Float32Array.of(7), shape: [] });
    expect((await through(identity('float32', ['steps']), [7], [])).y).toEqual({ data: Float32Array.of(7), shape: [1] });
    expect((await through(identity('float32', [2]), [7], [])).y).toEqual({ data: Float32Array.of(7, 7), shape: [2] });
  });

  it('names a missing input, an unknown output and a wrong shape', async () => {
    const model = await openOnnxModel(identity('float32', ['n', 2]));
    await expect(model.run({})).rejects.toMatchObject({ code: 'MODEL_INPUT_MISSING' });
    const x = { data: [1, 2], shape: [1, 2] };
    await expect(model.run({ x }, { outputs: ['z'] })).rejects.toMatchObject({ code: 'MODEL_OUTPUT_MISSING' });
    await expect(model.run({ x: { data: [1, 2, 3], shape: [1, 3] } })).rejects.toMatchObject({ code: 'MODEL_INPUT_MISFIT' });
    await expect(model.run({ x: { data: [1], shape: [1, 2] } })).rejects.toMatchObject({ code: 'MODEL_INPUT_MISFIT' });
    await model.close();
  });

  it('calls NaN in an output an error, and lets infinity pass', async () => {
    const file = identity('float32', ['n']);
    await expect(through(file, [0, Number.NaN], [2])).rejects.toMatchObject({ code: 'MODEL_NOT_FINITE' });
    expect((await through(file, [0, -Infinity], [2])).y!.data[1]).toBe(-Infinity);
  });
});

describe('a bad ONNX file', () => {
  it('is named by what is wrong with it', async () => {
    const code = async (file: string): Promise<string> => (await openOnnxModel(file).catch((error) => error)).code;
    const broken = (name: string, bytes: Uint8Array | string): string => {
      writeFileSync(path.join(folder, name), bytes);
      return path.join(folder, name);
    };
    expect(await code(path.join(folder, 'absent.onnx'))).toBe('MODEL_FILE_MISSING');
    expect(await code(folder)).toBe('MODEL_FILE_MISSING');
    expect(await code(broken('empty.onnx', ''))).toBe('MODEL_FILE_INVALID');
    expect(await code(broken('pointer.onnx', 'version https://git-lfs.github.com/spec/v1\n'))).toBe('MODEL_FILE_INVALID');
    const simple: OnnxFile = {
      inputs: [['x', 'float32', [1]]],
      outputs: [['y', 'float32', [1]]],
      nodes: [['Identity', ['x'], ['y']]],
    };
    expect(await code(write({ ...simple, opset: 99 }))).toBe('MODEL_OPSET_UNSUPPORTED');
    expect(await code(write({ ...simple, nodes: [['Sing', ['x'], ['y']]] }))).toBe('MODEL_FILE_INVALID');
  });

  it('reads no external data outside its own folder', async () => {
    const withData = (location: string): OnnxFile => ({
      inputs: [['x', 'float32', [2]]],
      outputs: [['y', 'float32', [2]]],
      nodes: [['Add', ['x', 'w'], ['y']]],
      constants: { w: { shape: [2], data: location } },
    });
    for (const location of ['../secret', '/etc/passwd', 'a/../../secret', '..\\secret', ''])
      await expect(openOnnxModel(write(withData(location)))).rejects.toMatchObject({ code: 'MODEL_EXTERNAL_DATA' });
    await expect(openOnnxModel(write(withData('absent.data')))).rejects.toMatchObject({ code: 'MODEL_FILE_MISSING' });

    writeFileSync(path.join(folder, 'weights.data'), new Uint8Array(Float32Array.of(10, 20).buffer));
    const honest = write(withData('weights.data'));
    expect(inspectOnnx(honest).externalData).toEqual(['weights.data']);
    expect((await through(honest, [1, 2], [2])).y!.data).toEqual(Float32Array.of(11, 22));
  });
});
