import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { encodePng } from '../../data/png.ts';
import { readSafetensors } from '../../nn/safetensors/read-safetensors.ts';
import { writeSafetensors } from '../../nn/safetensors/write-safetensors.ts';
import { type ImageEncoding, openImageEncoder } from './index.ts';
import { type TinyVision, writeTinyVision } from './tiny-vision.fixture.ts';
import refs from './transformers-refs.json' with { type: 'json' };

/** The picture that the references were shown. */
const picture = await encodePng({
  width: 24,
  height: 18,
  pixels: Uint8Array.from({ length: 24 * 18 * 3 }, (_, i) => (i * 37 + (i % 7) * 11) % 256),
});
const plain = await encodePng({ width: 30, height: 20, pixels: new Uint8Array(30 * 20 * 3).fill(90) });

function tiny(options: TinyVision): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'tiny-vision-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return writeTinyVision(folder, options);
}

async function encode(folder: string, images: readonly Uint8Array[]) {
  const model = await openImageEncoder(folder, { threads: 2 });
  try {
    return (await model.encode(images, { tokens: true })) as ImageEncoding[];
  } finally {
    await model.close();
  }
}

const largest = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.max(...Array.from(a, (x, i) => Math.abs(x - b[i]!)), a.length === b.length ? 0 : Number.POSITIVE_INFINITY);

it.each([
  ['clip_vision_model', 'safetensors'],
  ['clip_vision_model', 'onnx'],
  ['clip', 'safetensors'],
  ['vit', 'safetensors'],
  ['vit', 'onnx'],
] as const)('a %s from %s gives what transformers gives, also beside other pictures', async (type, weights) => {
  const folder = tiny({ type, weights });
  const [, found] = await encode(folder, [plain, picture, plain]);
  const wanted = refs.models[type === 'vit' ? 'vit' : 'clip_vision_model'];
  expect(largest(found!.pooled, wanted.pooled)).toBeLessThan(1e-5);
  expect(found!.tokens).toHaveLength(10 * 16);
  expect(largest(found!.tokens!.subarray(-16), wanted.lastState)).toBeLessThan(1e-5);
});

it('a checkpoint without a projection gives the normalised class token', async () => {
  const folder = tiny({ type: 'clip_vision_model' });
  edit(folder, (tensors) => delete tensors['visual_projection.weight']);
  const [found] = await encode(folder, [picture]);
  expect(found!.pooled).toHaveLength(16);
});

it('a ViT without a pooler gives the class token', async () => {
  const folder = tiny({ type: 'vit' });
  edit(folder, (tensors) => delete tensors['pooler.dense.weight']);
  const [found] = await encode(folder, [picture]);
  expect([...found!.pooled]).toEqual([...found!.tokens!.subarray(0, 16)]);
});

it('a bad picture fails alone', async () => {
  const gif = new TextEncoder().encode('GIF89a and so on');
  const images = [picture, new Uint8Array(), plain, gif, ...Array.from({ length: 20 }, () => plain)];
  const found: unknown[] = await encode(tiny({ type: 'vit' }), images);
  expect(found[1]).toMatchObject({ code: 'IMAGE_EMPTY' });
  expect(found[3]).toMatchObject({ code: 'IMAGE_FORMAT' });
  const good = found.filter((one) => one !== null && typeof one === 'object' && 'pooled' in one);
  expect(good).toHaveLength(22);
});

function edit(folder: string, change: (tensors: ReturnType<typeof readSafetensors>['tensors']) => void): void {
  const file = path.join(folder, 'model.safetensors');
  const { tensors } = readSafetensors(readFileSync(file));
  change(tensors);
  writeFileSync(file, writeSafetensors(tensors));
}

describe('a spoiled folder is named', () => {
  const config = (at: string, fields: Record<string, unknown>): void => {
    const file = path.join(at, 'config.json');
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...fields }));
  };
  it.each([
    ['weights that are cut off', 'SAFETENSORS_INVALID', (at) => truncateSync(path.join(at, 'model.safetensors'), 9000), 'end'],
    ['no weights', 'MODEL_FILE_MISSING', (at) => rmSync(path.join(at, 'model.safetensors')), 'model.safetensors'],
    ['no processor', 'IMAGE_PROCESSOR_MISSING', (at) => rmSync(path.join(at, 'preprocessor_config.json')), 'preprocessor'],
    ['another size', 'MODEL_TENSOR_MISSING', (at) => config(at, { image_size: 16 }), 'position_embeddings'],
    ['patches that do not divide', 'MODEL_CONFIG_INVALID', (at) => config(at, { patch_size: 5 }), 'image_size'],
    [
      'a NaN',
      'MODEL_NOT_FINITE',
      (at) => edit(at, (tensors) => (tensors['layernorm.bias']!.data as Float32Array).fill(Number.NaN)),
      'layernorm.bias',
    ],
    ['another type', 'MODEL_CONFIG_INVALID', (at) => config(at, { model_type: 'swin' }), 'model_type'],
  ] as [string, string, (at: string) => unknown, string][])('%s: %s', async (_, code, spoil, got) => {
    const folder = tiny({ type: 'vit' });
    spoil(folder);
    await expect(openImageEncoder(folder)).rejects.toMatchObject({ code, message: expect.stringContaining(got) });
  });

  it("another model's processor: MODEL_INPUT_MISFIT", async () => {
    const files = { 'preprocessor_config.json': { image_processor_type: 'ViTImageProcessor', size: { height: 8, width: 8 } } };
    const folder = tiny({ type: 'vit', files });
    await expect(encode(folder, [picture])).rejects.toMatchObject({ code: 'MODEL_INPUT_MISFIT' });
  });
});
