import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { judge } from './judge.ts';
import { jsonDifference, payloadDifference, tensorsDifference } from './numeric-difference.ts';

const picture = (red: number, width = 2): Promise<Buffer> =>
  sharp({ create: { width, height: 2, channels: 3, background: { r: red, g: 0, b: 0 } } })
    .png()
    .toBuffer();
const sample = { text: null, image: null, features: null, meta: '{}' };

/** A safetensors file of one tensor. */
function tensors(name: string, dtype: string, bytes: Buffer, shape = [bytes.length / 4], metadata = {}): Uint8Array {
  const header = Buffer.from(
    JSON.stringify({ __metadata__: metadata, [name]: { dtype, shape, data_offsets: [0, bytes.length] } }),
  );
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  // One byte more in front, so that no tensor is aligned.
  return Buffer.concat([Buffer.alloc(1), length, header, bytes]).subarray(1);
}
const floats = (...values: number[]): Buffer => Buffer.from(Float32Array.from(values).buffer);

describe('the difference', () => {
  test.for([
    [{ a: [1, 2] }, { a: [1, 2.5] }, 0.5],
    [{ a: 1, b: 'x' }, { b: 'x', a: 1 }, 0],
    [{ a: 1 }, { a: 1, b: 0 }, Infinity],
    [[1], [1, 2], Infinity],
    ['1', 1, Infinity],
    [null, null, 0],
    [{ a: 'x' }, { a: 'y' }, Infinity],
  ] as const)('of the JSON %j and %j is %d', ([a, b, difference]) => {
    expect(jsonDifference(a as never, b as never)).toBe(difference);
  });

  test('of features is that of their furthest numbers, and NaN is only like NaN', async () => {
    const of = (...values: number[]) => ({ ...sample, features: Float32Array.from(values) });
    expect(await payloadDifference(of(1, 2, 3), of(1, 2.25, 3))).toBe(0.25);
    expect(await payloadDifference(of(1, Number.NaN), of(1, Number.NaN))).toBe(0);
    expect(await payloadDifference(of(1, Number.NaN), of(1, 2))).toBe(Infinity);
    expect(await payloadDifference(of(1), of(1, 2))).toBe(Infinity);
    expect(await payloadDifference({ ...of(1), meta: '{"a":"x"}' }, of(1))).toBe(Infinity);
  });

  test('of pictures is that of their channels, from 0 to 1', async () => {
    const of = async (red: number, width?: number) => ({ ...sample, image: await picture(red, width) });
    expect(await payloadDifference(await of(10), await of(61))).toBeCloseTo(0.2, 6);
    expect(await payloadDifference(await of(10), await of(10, 3))).toBe(Infinity);
  });

  test('of texts is none or all', async () => {
    expect(await payloadDifference({ ...sample, text: 'a' }, { ...sample, text: 'a' })).toBe(0);
    expect(await payloadDifference({ ...sample, text: 'a' }, { ...sample, text: 'b' })).toBe(Infinity);
  });

  test('of checkpoints is that of their float tensors', () => {
    const weights = tensors('w', 'F32', floats(1, 2));
    expect(tensorsDifference(weights, tensors('w', 'F32', floats(1, 2.5)))).toBe(0.5);
    expect(tensorsDifference(weights, tensors('v', 'F32', floats(1, 2)))).toBe(Infinity);
    expect(tensorsDifference(weights, tensors('w', 'F32', floats(1, 2), [2, 1]))).toBe(Infinity);
    expect(tensorsDifference(weights, tensors('w', 'F32', floats(1, 2), [2], { position: '7' }))).toBe(Infinity);
    const counters = Buffer.from(BigInt64Array.of(7n).buffer);
    const other = Buffer.from(BigInt64Array.of(8n).buffer);
    expect(tensorsDifference(tensors('n', 'I64', counters, [1]), tensors('n', 'I64', counters, [1]))).toBe(0);
    expect(tensorsDifference(tensors('n', 'I64', counters, [1]), tensors('n', 'I64', other, [1]))).toBe(Infinity);
    expect(tensorsDifference(Uint8Array.of(1), Uint8Array.of(2))).toBe(Infinity);
  });
});

test('a step is held to what it declares', async () => {
  const thing = { key: 'k', expected: 'e', found: 'f' };
  const by = (difference: number) => async () => difference;
  const outcome = async (...args: Parameters<typeof judge>) => (await judge(...args)).outcome;
  expect(await outcome('bitwise', { ...thing, found: 'e' }, by(9))).toBe('match');
  expect(await outcome('bitwise', thing, by(0))).toBe('mismatch');
  expect(await outcome('stochastic', thing, by(9))).toBe('within-tolerance');
  expect(await outcome({ tolerance: 1e-3 }, thing, by(1e-3))).toBe('within-tolerance');
  expect(await outcome({ tolerance: 1e-3 }, thing, by(2e-3))).toBe('mismatch');
  expect(await judge({ tolerance: 1 }, thing, by(Infinity))).toMatchObject({ outcome: 'mismatch', difference: null });
});
