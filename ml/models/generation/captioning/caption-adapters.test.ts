import { cp, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ModelAdapter, ModelFolder } from '../../../../engine/plan/model-adapter.ts';
import { sharedFixture } from '../../../../test/shared-fixture.ts';
import { adapters } from '../../adapters.ts';

const [blipAdapter, visionEncoderDecoderAdapter] = ['blip', 'vision-encoder-decoder'].map(
  (name) => adapters.find((adapter) => adapter.name === name)!,
) as [ModelAdapter, ModelAdapter];

const blip = sharedFixture('blip-tiny');
const vitGpt2 = sharedFixture('vit-gpt2-tiny');
const missing = blip === null || vitGpt2 === null;

const folderAt = (at: string): ModelFolder => ({
  path: at,
  files: ['config.json', 'onnx/model.onnx'],
  json: async (file) => JSON.parse(await readFile(path.join(at, file), 'utf8')),
});

/** A copy of a fixture that may be spoiled. */
async function copyOf(fixture: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'captioner-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await cp(fixture, folder, { recursive: true, filter: (file) => !file.includes('refs'), mode: 0 });
  return folder;
}

async function edit(folder: string, file: string, change: (json: Record<string, never>) => void): Promise<void> {
  const json = JSON.parse(await readFile(path.join(folder, file), 'utf8'));
  change(json);
  await rm(path.join(folder, file));
  await writeFile(path.join(folder, file), JSON.stringify(json));
}

it.skipIf(missing)('each adapter recognises its own folders only', async () => {
  const known = (adapter: ModelAdapter) => Promise.all([blip!, vitGpt2!].map((at) => adapter.recognises!(folderAt(at))));
  expect([await known(blipAdapter), await known(visionEncoderDecoderAdapter)]).toEqual([
    [true, false],
    [false, true],
  ]);
});

it.skipIf(missing)('whole folders pass', async () => {
  await blipAdapter.check!(folderAt(blip!));
  await visionEncoderDecoderAdapter.check!(folderAt(vitGpt2!));
});

describe('a spoiled folder is named', () => {
  const spoil: [string, string, (folder: string) => Promise<unknown>, string][] = [
    ['a model that is missing', 'MODEL_FILE_MISSING', (at) => rm(path.join(at, 'onnx/vision_model.onnx')), 'vision_model'],
    ['a model that is cut off', 'MODEL_FILE_INVALID', (at) => cut(path.join(at, 'onnx/text_decoder.onnx')), 'text_decoder'],
    ['no tokenizer', 'TOKENIZER_MISSING', (at) => rm(path.join(at, 'tokenizer.json')), 'tokenizer.json'],
    ['no processor', 'IMAGE_PROCESSOR_MISSING', (at) => rm(path.join(at, 'preprocessor_config.json')), 'preprocessor_config'],
    ["another model's tokenizer", 'TOKENIZER_WRONG_SIZE', (at) => swap(at, vitGpt2!, 'tokenizer.json'), 'vocab_size'],
    ["another model's processor", 'MODEL_INPUT_MISFIT', (at) => edit(at, 'preprocessor_config.json', resize), '40'],
    ['no configuration', 'MODEL_CONFIG_INVALID', (at) => rm(path.join(at, 'config.json')), 'vocab_size'],
    ['a configuration that is no JSON', 'MODEL_FILE_INVALID', (at) => rewrite(path.join(at, 'config.json'), '{'), 'config.json'],
    ['NaN weights', 'MODEL_NOT_FINITE', (at) => poison(path.join(at, 'onnx/text_decoder.onnx')), 'NaN'],
  ];
  it.skipIf(missing).each(spoil)('%s: %s', async (_, code, change, got) => {
    const folder = await copyOf(blip!);
    await change(folder);
    const error = await blipAdapter.check!(folderAt(folder)).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code, message: expect.stringContaining(got) });
  });
});

const resize = (json: Record<string, unknown>): void => {
  json.size = { height: 40, width: 40 };
};

async function cut(file: string): Promise<void> {
  await rewrite(file, await readFile(file));
  await truncate(file, 20_000);
}

async function swap(folder: string, other: string, file: string): Promise<void> {
  await rewrite(path.join(folder, file), await readFile(path.join(other, file)));
}

/** The copy is read-only where the fixture is. */
async function rewrite(file: string, contents: string | Uint8Array): Promise<void> {
  await rm(file);
  await writeFile(file, contents);
}

/** Turns a stretch of the file's weights, which lie in it as they are, into NaN. */
async function poison(file: string): Promise<void> {
  const bytes = await readFile(file);
  const at = lastRunOfFloats(bytes);
  for (let i = 0; i < 64; i++) bytes.writeFloatLE(Number.NaN, at + i * 4);
  await rewrite(file, bytes);
}

/** The last place where 256 numbers in a row are small floats: within a tensor that every text goes through. */
function lastRunOfFloats(bytes: Buffer): number {
  for (let start = bytes.length - 1024; start >= 0; start--) {
    let fits = true;
    for (let i = 0; i < 256 && fits; i++) {
      const size = Math.abs(bytes.readFloatLE(start + i * 4));
      fits = size > 1e-6 && size < 4;
    }
    if (fits) return start;
  }
  throw new Error('no weights found');
}
