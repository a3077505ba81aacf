import { HoplineError } from '../../engine/plan/errors.ts';
import { openTextEncoder, type TextEncoding, type TextModel } from '../../ml/models/bert/index.ts';
import { readTorchWeights } from '../../ml/models/torch-weights/read-torch-weights.ts';
import { findMinilm } from './find-minilm.ts';
import type { MinilmRefs, Sentence } from './minilm-refs.ts';
import { largestDifference, type ParityCase, parityCase, sameOrNot } from './parity-case.ts';
import { hasFiles, readRefs, readTensors } from './read-refs.ts';

/** The fixture's README: measured 2.5e-7 for embeddings. Single values are written with 6 digits, sums are over up to 10^5 values. */
const EMBEDDING = 1e-5;
const VALUE = 1e-4;
const SUM = 1e-2;

export async function recognises(folder: string): Promise<boolean> {
  if (!hasFiles(folder, 'refs.json', 'embeddings.safetensors', 'tensors.json')) return false;
  const { sentences, package: wheel } = await readRefs<Partial<MinilmRefs>>(folder, 'refs.json');
  return Array.isArray(sentences) && wheel?.files !== undefined;
}

/** Ids, hidden states and embeddings of a sentence encoder whose weights are not in the fixture. Without them nothing is compared. */
export async function* parity(folder: string): AsyncGenerator<ParityCase> {
  const refs = await readRefs<MinilmRefs>(folder, 'refs.json');
  const weights = await findMinilm(folder, refs, { fetch: true });
  if (weights === undefined) return;
  yield await tensorsParity(folder, weights);
  const embeddings = await readTensors(folder, 'embeddings.safetensors');
  const model = await openTextEncoder(weights, { threads: 2 });
  try {
    const { max_length: maxLength, sentences } = refs;
    const together = await encoded(model, sentences, maxLength);
    for (const [i, sentence] of sentences.entries()) {
      const [alone] = await encoded(model, [sentence], maxLength);
      const expected = embeddings.get(`embedding/${i}`).data;
      yield parityCase(`text ${i} ids`, sameOrNot(alone!.ids, sentence.input_ids), 0);
      yield* statesParity(`text ${i}`, alone!, sentence);
      yield parityCase(`text ${i} embedding`, largestDifference(alone!.pooled, expected), EMBEDDING);
      yield parityCase(`text ${i} embedding, in a batch`, largestDifference(together[i]!.pooled, expected), EMBEDDING);
    }
  } finally {
    await model.close();
  }
}

async function encoded(model: TextModel, sentences: readonly Sentence[], maxLength: number): Promise<TextEncoding[]> {
  const found = await model.encode(
    sentences.map(({ text }) => text),
    { maxLength, tokens: true },
  );
  return found.map((one) => {
    if (one instanceof HoplineError) throw one;
    return one;
  });
}

function* statesParity(name: string, { ids, tokens }: TextEncoding, wanted: Sentence): Generator<ParityCase> {
  const states = tokens!;
  const sum = states.reduce((total, x) => total + x, 0);
  const magnitude = states.reduce((total, x) => total + Math.abs(x), 0);
  const [first, last] = [wanted.hidden_first, wanted.hidden_last];
  yield parityCase(`${name} states' shape`, sameOrNot([ids.length, states.length / ids.length], wanted.hidden_shape), 0);
  yield parityCase(`${name} states, first`, largestDifference(states.subarray(0, first.length), first), VALUE);
  yield parityCase(`${name} states, last`, largestDifference(states.subarray(-last.length), last), VALUE);
  yield parityCase(`${name} states' sums`, largestDifference([sum, magnitude], [wanted.hidden_sum, wanted.hidden_abs_sum]), SUM);
}

/** The file's tensors: names and shapes. */
async function tensorsParity(folder: string, weights: string): Promise<ParityCase> {
  const listed = await readRefs<Record<string, [string, ...number[]]>>(folder, 'tensors.json');
  const { tensors } = await readTorchWeights(weights, 'embeddings.word_embeddings.weight');
  const shapes = (entries: [string, readonly number[]][]): unknown => entries.sort(([a], [b]) => (a < b ? -1 : 1));
  const found = shapes(Object.entries(tensors).map(([name, { shape }]) => [name, shape]));
  const wanted = shapes(Object.entries(listed).map(([name, [, ...shape]]) => [name, shape]));
  return parityCase('tensors', sameOrNot(found, wanted), 0);
}
