import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { HoplineError } from '../../../engine/plan/errors.ts';
import { largestDifference } from '../../../test/parity/parity-case.ts';
import { parity } from '../../../test/parity/stable-diffusion.ts';
import { sharedFixture } from '../../../test/shared-fixture.ts';
import { decodePicture } from '../../data/png.ts';
import { type GenerateItem, type GenerateOptions, openStableDiffusion, type StableDiffusion } from './index.ts';
import { type TinyFolder, writeTinyFolder } from './tiny-folder.fixture.ts';

const root = mkdtempSync(path.join(tmpdir(), 'hopline-sd-'));
const open: StableDiffusion[] = [];
afterAll(async () => {
  for (const pipeline of open) await pipeline.close();
  rmSync(root, { recursive: true });
});

let folders = 0;
const tinyFolder = (options: TinyFolder = {}): string => writeTinyFolder(path.join(root, String(folders++)), options);
async function openAt(folder: string): Promise<StableDiffusion> {
  const pipeline = await openStableDiffusion(folder);
  open.push(pipeline);
  return pipeline;
}

async function pixelsOf(result: Uint8Array | HoplineError): Promise<Uint8Array> {
  if (result instanceof HoplineError) throw result;
  return (await decodePicture(result)).pixels;
}

const items: GenerateItem[] = [
  { prompt: 'one', seed: 1n },
  { prompt: 'two', seed: 2n, negativePrompt: 'one one' },
  { prompt: 'one two three', seed: 3n },
  { prompt: '', seed: 1n },
];

/** A picture made alone differs from the same one in a batch by rounding inside the models only: one level of 255. */
async function expectNoNeighbours(pipeline: StableDiffusion, given: readonly GenerateItem[], options: GenerateOptions) {
  const together = await pipeline.generate(given, { ...options, batchSize: given.length });
  for (const [i, item] of given.entries()) {
    const [alone] = await pipeline.generate([item], options);
    expect(largestDifference(await pixelsOf(alone!), await pixelsOf(together[i]!))).toBeLessThanOrEqual(1);
  }
}

describe.each(['sd-tiny-eps', 'sd-tiny-v'])('%s', (name) => {
  const folder = sharedFixture(name);

  it.skipIf(!folder)('gives the numbers of the reference in every case', async () => {
    const failed: string[] = [];
    let cases = 0;
    for await (const one of parity(folder!)) {
      cases++;
      if (!one.passed) failed.push(`${one.name}: ${one.maxDifference} > ${one.tolerance}`);
    }
    expect(failed).toEqual([]);
    expect(cases).toBeGreaterThan(300);
  });

  it.skipIf(!folder)('makes a batch of four as four batches of one', async () => {
    const pipeline = await openAt(folder!);
    const prompts = ['a boat', 'a red house, oil on canvas', '', 'two birds over the sea'];
    const four = prompts.map((prompt, i) => ({ prompt, negativePrompt: i % 2 ? 'blurry' : '', seed: BigInt(i) }));
    for (const scheduler of ['ddim', 'euler_a', 'dpmpp_2m_karras', 'lcm'] as const)
      await expectNoNeighbours(pipeline, four, { steps: 4, scheduler, roundTimesteps: true });
  });

  it.skipIf(!folder)('decodes in tiles nearly as in one piece', async () => {
    const pipeline = await openAt(folder!);
    const shape = [1, pipeline.channels, 24, 20] as const;
    const latents = Float32Array.from({ length: pipeline.channels * 480 }, (_, i) => 2 * Math.sin(i / 7) * Math.cos(i / 31));
    const whole = await pipeline.decode(latents, shape);
    const tiled = await pipeline.decode(latents, shape, { tile: 16 });
    expect(tiled.shape).toEqual(whole.shape);
    let sum = 0;
    for (const [i, x] of whole.data.entries()) sum += Math.abs(x - tiled.data[i]!);
    // Normalisation and attention inside the VAE see a tile only: the mean, not each pixel, stays close.
    expect(sum / whole.data.length).toBeLessThan(0.05);
  });
});

describe('generating', () => {
  it('is a function of the texts, the seed and the options, whatever the batch', async () => {
    const pipeline = await openAt(tinyFolder());
    await expectNoNeighbours(pipeline, items, { steps: 5, scheduler: 'euler_a' });
    const first = await pipeline.generate(items, { steps: 5, batchSize: 3 });
    const again = await pipeline.generate(items, { steps: 5, batchSize: 3 });
    expect(again).toEqual(first);
    const other = await pipeline.generate([{ ...items[0]!, seed: 9n }], { steps: 5 });
    expect(await pixelsOf(other[0]!)).not.toEqual(await pixelsOf(first[0]!));
  });

  it('heeds the negative prompt where there is guidance only', async () => {
    const pipeline = await openAt(tinyFolder());
    const make = async (negativePrompt: string, guidanceScale: number): Promise<Uint8Array> =>
      pixelsOf((await pipeline.generate([{ prompt: 'two', negativePrompt, seed: 5n }], { steps: 3, guidanceScale }))[0]!);
    expect(await make('one', 4)).not.toEqual(await make('', 4));
    expect(await make('one', 1)).toEqual(await make('', 1));
  });

  it('makes pictures of the size asked for, whole and in tiles', async () => {
    const pipeline = await openAt(tinyFolder());
    const options = { steps: 2, width: 192, height: 136 };
    const [whole] = await pipeline.generate(items.slice(0, 1), options);
    expect(await decodePicture(whole as Uint8Array)).toMatchObject({ width: 192, height: 136 });
    // This VAE stamps each latent by itself, so tiles change nothing but the rounding of the fades.
    const [tiled] = await pipeline.generate(items.slice(0, 1), { ...options, tile: 64 });
    expect(largestDifference(await pixelsOf(whole!), await pixelsOf(tiled!))).toBeLessThanOrEqual(1);
  });

  it('runs float16 models near the float32 ones', async () => {
    const single = await openAt(tinyFolder());
    const half = await openAt(tinyFolder({ dtype: 'float16', timestep: ['float16', ['steps']] }));
    const options = { steps: 6, guidanceScale: 2 };
    const [expected, actual] = [await single.generate(items, options), await half.generate(items, options)];
    for (const [i, picture] of expected.entries())
      expect(largestDifference(await pixelsOf(actual[i]!), await pixelsOf(picture))).toBeLessThanOrEqual(2);
  });

  it('lets a bad item fail alone', async () => {
    const pipeline = await openAt(tinyFolder());
    const results = await pipeline.generate(
      [
        items[0]!,
        { prompt: 'half a \ud83d rocket', seed: 1n },
        { prompt: 'one', negativePrompt: '\udc00', seed: 1n },
        { prompt: 'three three three three', seed: 1n },
        { prompt: 'one', seed: 'too short' },
        items[1]!,
      ],
      { steps: 2, guidanceScale: 1, batchSize: 6 },
    );
    const codes = results.map((result) => (result instanceof HoplineError ? result.code : 'picture'));
    expect(codes).toEqual([
      ...['picture', 'TOKENIZER_TEXT_INVALID', 'TOKENIZER_TEXT_INVALID', 'MODEL_NOT_FINITE', 'OPTION_INVALID', 'picture'],
    ]);
    const [alone] = await pipeline.generate([items[1]!], { steps: 2, guidanceScale: 1 });
    expect(results[5]).toEqual(alone);
  });

  it('gives fractional timesteps to a U-Net that takes whole ones only when told to round', async () => {
    const pipeline = await openAt(tinyFolder({ timestep: ['int64', ['steps']] }));
    const scheduler = { ...pipeline.scheduler, _class_name: 'EulerDiscreteScheduler', timestep_spacing: 'linspace' };
    const options = { steps: 5, scheduler };
    const refused = await pipeline.generate(items, options).catch((error) => error.code);
    expect(refused).toBe('MODEL_INPUT_MISFIT');
    expect(await pipeline.generate(items, { ...options, roundTimesteps: true })).toHaveLength(4);
  });

  it.each<[string, GenerateOptions]>([
    ['no steps', { steps: 0 }],
    ['half a step', { steps: 2.5 }],
    ['a size between latents', { width: 100 }],
    ['no height', { height: 0 }],
    ['an endless guidance', { guidanceScale: Number.POSITIVE_INFINITY }],
    ['a scheduler of no name', { scheduler: 'dream' as 'ddim' }],
    ['more LCM steps than it was distilled for', { scheduler: 'lcm', steps: 51 }],
  ])('refuses %s', async (_, options) => {
    const pipeline = await openAt(tinyFolder());
    await expect(pipeline.generate(items, options)).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });
});

describe('a folder that does not fit', () => {
  const largeTokenizer: TinyFolder = {
    files: {
      'text_encoder/config.json': null,
      'tokenizer/tokenizer.json': {
        model: { type: 'WordPiece', unk_token: '[PAD]', vocab: { '[PAD]': 0, '[CLS]': 1, '[SEP]': 2, one: 3, far: 40 } },
      },
    },
  };
  const config = 'scheduler/scheduler_config.json';
  it.each<[string, TinyFolder, string]>([
    ['a missing scheduler', { files: { [config]: null } }, 'MODEL_FILE_MISSING'],
    ['a missing index', { files: { 'model_index.json': null } }, 'MODEL_FILE_MISSING'],
    ['a missing tokenizer', { files: { 'tokenizer/tokenizer.json': null } }, 'TOKENIZER_MISSING'],
    ['a cut-off configuration', { files: { [config]: '{"_class_name": "DDIM' } }, 'MODEL_CONFIG_INVALID'],
    ['a wrong opset', { opset: 99 }, 'MODEL_OPSET_UNSUPPORTED'],
    [
      'a model that is none',
      { files: { 'unet/model.onnx': 'version https://git-lfs.github.com/spec/v1' } },
      'MODEL_FILE_INVALID',
    ],
    ['an unknown scheduler', { files: { [config]: { _class_name: 'HeunDiscreteScheduler' } } }, 'MODEL_NOT_SUPPORTED'],
    ['a scheduler named like a property', { files: { [config]: { _class_name: 'constructor' } } }, 'MODEL_NOT_SUPPORTED'],
    ['an unknown noise schedule', { files: { [config]: { beta_schedule: 'sigmoid' } } }, 'MODEL_NOT_SUPPORTED'],
    ['a noise schedule of texts', { files: { [config]: { beta_end: 'much' } } }, 'MODEL_CONFIG_INVALID'],
    ['two text encoders', { files: { 'model_index.json': { text_encoder_2: ['transformers', 'X'] } } }, 'MODEL_NOT_SUPPORTED'],
    ['SDXL', { files: { 'model_index.json': { _class_name: 'StableDiffusionXLPipeline' } } }, 'MODEL_NOT_SUPPORTED'],
    ["another model's tokenizer", { files: { 'text_encoder/config.json': { vocab_size: 49408 } } }, 'TOKENIZER_WRONG_SIZE'],
    ['a tokenizer that nothing but the encoder tells to be too large', largeTokenizer, 'TOKENIZER_WRONG_SIZE'],
    ['NaN in the weights', { weight: Number.NaN }, 'MODEL_NOT_FINITE'],
    ['a VAE of another factor', { files: { 'vae_decoder/config.json': { block_out_channels: [1, 1] } } }, 'MODEL_NOT_SUPPORTED'],
  ])('is refused when it has %s', async (_, options, code) => {
    await expect(openStableDiffusion(tinyFolder(options))).rejects.toMatchObject({ code });
  });

  it('opens with a scheduler of the caller in place of one that is not built', async () => {
    const folder = tinyFolder({ files: { [config]: { _class_name: 'UniPCMultistepScheduler', lambda_min_clipped: null } } });
    const pipeline = await openStableDiffusion(folder, { scheduler: 'dpmpp_2m' });
    expect(await pipeline.generate(items, { steps: 3 })).toHaveLength(4);
    await pipeline.close();
  });

  it('may write infinity as Python does', async () => {
    const written =
      '{"_class_name": "DPMSolverMultistepScheduler", "lambda_min_clipped": -Infinity, "note": "no Infinity, no NaN"}';
    const pipeline = await openAt(tinyFolder({ files: { [config]: written } }));
    expect(pipeline.scheduler.lambda_min_clipped).toBe(Number.NEGATIVE_INFINITY);
    expect(pipeline.scheduler.note).toBe('no Infinity, no NaN');
  });
});
