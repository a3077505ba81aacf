import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { CaptionItem } from '../../ml/models/generation/captioning/caption-item.ts';
import type { CaptionModel } from '../../ml/models/generation/captioning/caption-model.ts';
import { imageCaptioner } from '../../ml/models/generation/captioning/image-captioner.ts';
import type { GenerationOptions } from '../../ml/models/generation/generation-options.ts';
import type { OnnxTensor } from '../../ml/models/onnx/index.ts';
import { largestDifference, type ParityCase, parityCase, sameOrNot } from './parity-case.ts';
import type { readTensors } from './read-refs.ts';

export type Tensors = Awaited<ReturnType<typeof readTensors>>;

export interface TokenCase {
  readonly text: string;
  readonly input_ids: number[];
}

/** A text that the reference generated. */
export interface ReferenceText {
  readonly ids: number[];
  readonly text: string;
}

/** The measured tolerances of the fixtures' READMEs. */
const TENSORS = 1e-4;
const PIXELS = 1e-6;

export function* tokenizerParity(model: CaptionModel, tokens: readonly TokenCase[]): Generator<ParityCase> {
  for (const [i, { text, input_ids }] of tokens.entries())
    yield parityCase(`tokens ${i}`, sameOrNot(model.tokenizer.encode(text), input_ids), 0);
}

/** What the model sees of a picture, and what its encoder makes of the reference's own pixel values. */
export async function* pictureParity(
  model: CaptionModel,
  tensors: Tensors,
  image: Uint8Array,
  at: number,
): AsyncGenerator<ParityCase> {
  const reference = tensors.get(`pixel_values/${at}`);
  const { data, shape } = await model.pixelValues(image);
  yield parityCase(`picture ${at} pixel_values`, largestDifference(data, reference.data as Float32Array), PIXELS);
  const encoded = await model.encoder.encode([{ data: reference.data as Float32Array, shape }]);
  const expected = tensors.get(`encoder_last_hidden_state/${at}`);
  yield parityCase(`picture ${at} encoder`, largestDifference(encoded.data, expected.data), TENSORS);
}

/** Raw logits after each prefix of a reference text, step by step through the cache where there is one; several rows at once, since
 *  a row must not depend on its neighbours. */
export async function logitsParity(
  model: CaptionModel,
  tensors: Tensors,
  { at, name, ids }: { at: number; name: string; ids: readonly number[] },
): Promise<ParityCase> {
  const { data, shape } = tensors.get(`${name}/${at}`);
  const states = tensors.get(`encoder_last_hidden_state/${at}`) as OnnxTensor;
  const decoding = model.decoder.start(states);
  const [steps, vocabulary] = shape as [number, number];
  let largest = 0;
  for (let step = 0; step < steps; step++) {
    const prefix = ids.slice(0, ids.length - steps + step);
    const [first, second] = await decoding.next([prefix, prefix], step === 0 ? [0, 0] : [1, 0]);
    const expected = data.subarray(step * vocabulary, (step + 1) * vocabulary);
    largest = Math.max(largest, largestDifference(first!, expected), largestDifference(second!, expected));
  }
  return parityCase(`picture ${at} ${name}`, largest, TENSORS);
}

/** Whole captions: all pictures in one batch, and each alone. */
export async function* textParity(
  model: CaptionModel,
  items: readonly CaptionItem[],
  expected: readonly ReferenceText[],
  { name, options }: { name: string; options: GenerationOptions },
): AsyncGenerator<ParityCase> {
  const captioner = imageCaptioner(model);
  const together = await captioner.caption(items, options);
  for (const [i, item] of items.entries()) {
    const wanted = { text: expected[i]!.text, ids: expected[i]!.ids };
    yield parityCase(`picture ${i} ${name}`, sameOrNot(together[i], wanted), 0);
    const alone = await captioner.caption([item], options);
    yield parityCase(`picture ${i} ${name}, alone`, sameOrNot(alone[0], wanted), 0);
  }
}

/** The pictures of the cases, in their order. */
export const readPictures = (folder: string, cases: readonly { image: string }[]): Promise<Uint8Array[]> =>
  Promise.all(cases.map(async ({ image }) => new Uint8Array(await readFile(path.join(folder, 'refs', 'images', image)))));
