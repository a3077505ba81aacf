import type { Philox } from '../../../engine/plan/philox.ts';
import { encodePng } from '../../data/index.ts';
import { PICTURE_SIDE } from '../../data/scenes/render-scene.ts';
import { tokenize } from '../../data/scenes/vocabulary.ts';
import { type Model, openInference, type Tensor, type TensorMap } from '../../nn/index.ts';
import { batchesOf } from '../batches-of.ts';
import { ModelError } from '../model-error.ts';
import { readModelFile, tensorsUnder } from '../model-file.ts';
import { sampleLogits } from '../sample-logits.ts';
import { type Seed, seedRandom } from '../seed-random.ts';
import { decodeTokens } from '../vq-codebook/open-vq-codec.ts';
import { prefillGraph, stepGraph } from './decoding-graphs.ts';
import { KeyValueCache } from './key-value-cache.ts';
import { WIDTH } from './text-to-image.ts';
import { CAPTION, DRAWN, DRAWN_VOCABULARY, idsAt, NO_CAPTION, PLAN } from './token-layout.ts';

/** Pictures a run: fixed, so that a picture doesn't depend on its neighbours. Each has a row with and one without its caption. */
const BATCH = 64;
const ROWS = 2 * BATCH;

export interface GenerateItem {
  text: string;
  seed: Seed;
}

export interface GenerateOptions {
  /** w of (1 + w) conditional - w unconditional logits. 0: no guidance. Default 1.5. */
  guidanceScale?: number;
  /** Of the softmax that tokens are drawn from. Default 0.8. */
  temperature?: number;
}

export interface TextToImage {
  /** A 24x24 PNG for each item: a function of its text, its seed and the options only. */
  generate(items: readonly GenerateItem[], options?: GenerateOptions): Promise<Uint8Array[]>;
  close(): Promise<void>;
}

export async function openTextToImage(bytes: Uint8Array, options: { threads?: number } = {}): Promise<TextToImage> {
  const tensors = readModelFile('tiny-t2i', bytes);
  const params = generatorParams(tensors);
  const codes = params.codes!.data as Float32Array;
  const decoder = {
    prefill: await openInference(prefillGraph(ROWS), params, options),
    step: await openInference(stepGraph(ROWS), params, options),
    positions: params['position.table']!.data as Float32Array,
  };
  return {
    async generate(items, { guidanceScale = 1.5, temperature = 0.8 } = {}) {
      assertOptions(guidanceScale, temperature);
      const pictures: Uint8Array[] = [];
      const cache = new KeyValueCache(ROWS);
      for (const batch of batchesOf(items, BATCH)) {
        const tokens = await drawTokens(decoder, cache, batch.items, guidanceScale, temperature);
        for (let i = 0; i < batch.items.length; i++) {
          const pixels = decodeTokens(tokens.subarray(i * DRAWN + PLAN, (i + 1) * DRAWN), codes);
          pictures.push(await encodePng({ width: PICTURE_SIDE, height: PICTURE_SIDE, pixels }));
        }
      }
      return pictures;
    },
    async close() {
      await decoder.prefill.close();
      await decoder.step.close();
    },
  };
}

/** What the graphs ask for, out of a model file's tensors. */
export const generatorParams = (tensors: TensorMap): TensorMap => ({
  ...tensorsUnder('generator', tensors),
  ...tensorsUnder('codebook', tensors),
});

interface Decoder {
  prefill: Model<ReturnType<typeof prefillGraph>['inputs'], string>;
  step: Model<ReturnType<typeof stepGraph>['inputs'], string>;
  positions: Float32Array;
}

/** Drawn tokens [64, 39] of up to 64 items: plan, then codes. */
async function drawTokens(
  { prefill, step, positions }: Decoder,
  cache: KeyValueCache,
  items: readonly GenerateItem[],
  guidanceScale: number,
  temperature: number,
): Promise<Int32Array> {
  const randoms = items.map(({ seed }) => seedRandom(seed));
  const caption = new Int32Array(ROWS * CAPTION);
  for (let row = 0; row < ROWS; row++) caption.set(row < items.length ? tokenize(items[row]!.text) : NO_CAPTION, row * CAPTION);
  const tokens = new Int32Array(BATCH * DRAWN);
  let outputs: Record<string, Tensor> = await prefill.run({ caption: { data: caption, shape: [ROWS, CAPTION] } });
  cache.truncate(0);
  cache.write(outputs, CAPTION, 0);
  for (let drawn = 0; ; drawn++) {
    const ids = drawIds(outputs.logits!.data as Float32Array, drawn, randoms, guidanceScale, temperature);
    for (const [i, id] of ids.entries()) tokens[i * DRAWN + drawn] = id;
    if (drawn === DRAWN - 1) return tokens;
    outputs = await step.run({ ...cache.feeds(), ...stepFeeds(ids, positions, CAPTION + drawn) });
    cache.write(outputs, 1, CAPTION + drawn);
  }
}

function stepFeeds(ids: Int32Array, positions: Float32Array, position: number): Record<string, Tensor> {
  const drawn = new Int32Array(ROWS);
  drawn.set(ids, 0);
  drawn.set(ids, BATCH);
  return {
    drawn: { data: drawn, shape: [ROWS, 1] },
    position: { data: positions.slice(position * WIDTH, (position + 1) * WIDTH), shape: [WIDTH] },
  };
}

/** The next token of each item from guided logits. */
function drawIds(
  logits: Float32Array,
  drawn: number,
  randoms: readonly Philox[],
  guidanceScale: number,
  temperature: number,
): Int32Array {
  const [from, to] = idsAt(drawn);
  const guided = new Float32Array(to - from);
  return Int32Array.from({ length: BATCH }, (_, i) => {
    const random = randoms[i];
    if (!random) return from;
    const conditional = i * DRAWN_VOCABULARY;
    const unconditional = (BATCH + i) * DRAWN_VOCABULARY;
    for (let id = from; id < to; id++)
      guided[id - from] = (1 + guidanceScale) * logits[conditional + id]! - guidanceScale * logits[unconditional + id]!;
    return from + sampleLogits(guided, 0, guided.length, temperature, random.uniform());
  });
}

function assertOptions(guidanceScale: number, temperature: number): void {
  if (!(guidanceScale >= 0 && guidanceScale <= 20))
    throw new ModelError('OPTION_INVALID', `generate.guidanceScale must lie in [0, 20], got ${guidanceScale}`);
  if (!(temperature >= 0 && temperature <= 10))
    throw new ModelError('OPTION_INVALID', `generate.temperature must lie in [0, 10], got ${temperature}`);
}
