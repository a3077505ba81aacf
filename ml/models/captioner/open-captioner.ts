import type { Philox } from '../../../engine/plan/philox.ts';
import { RELATIONS, type Relation } from '../../data/scenes/relation.ts';
import { mentionOf, mentionText } from '../../data/scenes/scene-object.ts';
import { BOS, detokenize, EOS, PAD, VOCABULARY } from '../../data/scenes/vocabulary.ts';
import { defineInference, type Model, openInference } from '../../nn/index.ts';
import { batchesOf } from '../batches-of.ts';
import { DESCRIPTION_FEATURES } from '../mini-clip/mini-clip.ts';
import { openDescriptionEncoder } from '../mini-clip/open-mini-clip.ts';
import { readModelFile, tensorsUnder } from '../model-file.ts';
import { pictureOf } from '../picture-of.ts';
import { probabilitiesOf, sampleTopP } from '../sample-logits.ts';
import { type Seed, seedRandom } from '../seed-random.ts';
import { mentionWords, PAIRS, planLogits, WRITTEN, writeLogits } from './captioner.ts';
import { type CaptionPlan, choosePlan } from './choose-plan.ts';

/** Pictures a run: fixed, so that a caption doesn't depend on its neighbours. */
const BATCH = 64;

export interface CaptionItem {
  /** PNG, 24x24. */
  image: Uint8Array;
  seed: Seed;
}

export interface CaptionOptions {
  /** Nucleus that relations and words are drawn from. Default 0.95. */
  topP?: number;
  /** A pair is said only above this probability, if any is. Default 0.7. */
  sayThreshold?: number;
}

export interface Caption {
  text: string;
  /** The plan: `yellow square`, where it lies seen from the tail. */
  head: string;
  tail: string;
  relation: Relation;
}

export interface Captioner {
  /** A caption of each item: a function of its picture, its seed and the options only. */
  caption(items: readonly CaptionItem[], options?: CaptionOptions): Promise<Caption[]>;
  close(): Promise<void>;
}

export async function openCaptioner(bytes: Uint8Array, options: { threads?: number } = {}): Promise<Captioner> {
  const tensors = readModelFile('tiny-captioner', bytes);
  const params = tensorsUnder('captioner', tensors);
  const encoder = await openDescriptionEncoder(tensorsUnder('miniClip', tensors), options);
  const planner = await openInference(plannerGraph, params, options);
  const writer = await openInference(writerGraph, params, options);
  return {
    async caption(items, { topP = 0.95, sayThreshold = 0.7 } = {}) {
      const pictures = await Promise.all(items.map(({ image }) => pictureOf(image)));
      const features = await encoder.encode(pictures.map(({ pixels }) => pixels));
      const captions: Caption[] = [];
      for (const { start, items: batch } of batchesOf(items, BATCH)) {
        const randoms = batch.map(({ seed }) => seedRandom(seed));
        const plans = await planBatch(planner, features.slice(start, start + batch.length), randoms, { topP, sayThreshold });
        const texts = await writeBatch(writer, plans, randoms, topP);
        for (const [i, plan] of plans.entries()) captions.push({ text: texts[i]!, ...inWords(plan) });
      }
      return captions;
    },
    async close() {
      await Promise.all([encoder.close(), planner.close(), writer.close()]);
    },
  };
}

const inWords = ({ head, tail, relation }: CaptionPlan): Omit<Caption, 'text'> => ({
  head: mentionText(mentionOf(head)),
  tail: mentionText(mentionOf(tail)),
  relation: RELATIONS[relation]!,
});

const plannerGraph = defineInference({
  inputs: [{ name: 'features', shape: [BATCH, 9, DESCRIPTION_FEATURES], dtype: 'float32' }],
  forward: (scope, { features }) => planLogits(scope.child('plan'), features),
});

const writerGraph = defineInference({
  inputs: [
    { name: 'relation', shape: [BATCH], dtype: 'int32' },
    { name: 'head', shape: [BATCH, 2], dtype: 'int32' },
    { name: 'tail', shape: [BATCH, 2], dtype: 'int32' },
    { name: 'words', shape: [BATCH, WRITTEN], dtype: 'int32' },
  ],
  forward: (scope, plan) => ({ logits: writeLogits(scope.child('writer'), plan) }),
});

async function planBatch(
  planner: Model<(typeof plannerGraph)['inputs'], 'say' | 'relation'>,
  features: readonly Float32Array[],
  randoms: readonly Philox[],
  options: { topP: number; sayThreshold: number },
): Promise<CaptionPlan[]> {
  const width = 9 * DESCRIPTION_FEATURES;
  const data = new Float32Array(BATCH * width);
  for (const [i, row] of features.entries()) data.set(row, i * width);
  const { say, relation } = await planner.run({ features: { data, shape: [BATCH, 9, DESCRIPTION_FEATURES] } });
  const rows = (of: Float32Array, i: number, size: number): Float32Array => of.subarray(i * size, (i + 1) * size);
  return randoms.map((random, i) =>
    choosePlan(
      rows(say.data as Float32Array, i, PAIRS),
      rows(relation.data as Float32Array, i, PAIRS * RELATIONS.length),
      random,
      options,
    ),
  );
}

/** Word by word; the whole short text is computed again at each word. */
async function writeBatch(
  writer: Model<(typeof writerGraph)['inputs'], 'logits'>,
  plans: readonly CaptionPlan[],
  randoms: readonly Philox[],
  topP: number,
): Promise<string[]> {
  const relation = new Int32Array(BATCH);
  const head = new Int32Array(BATCH * 2);
  const tail = new Int32Array(BATCH * 2);
  for (const [i, plan] of plans.entries()) {
    relation[i] = plan.relation;
    head.set(mentionWords(plan.head), i * 2);
    tail.set(mentionWords(plan.tail), i * 2);
  }
  const words = new Int32Array(BATCH * WRITTEN);
  for (let i = 0; i < BATCH; i++) words[i * WRITTEN] = BOS;
  const done = plans.map(() => false);
  for (let t = 0; t + 1 < WRITTEN && done.includes(false); t++) {
    const { logits } = await writer.run({
      relation: { data: relation, shape: [BATCH] },
      head: { data: head, shape: [BATCH, 2] },
      tail: { data: tail, shape: [BATCH, 2] },
      words: { data: words, shape: [BATCH, WRITTEN] },
    });
    for (const [i, random] of randoms.entries()) {
      if (done[i]) continue;
      const next = nextWord(logits.data as Float32Array, (i * WRITTEN + t) * VOCABULARY.length, random, topP);
      done[i] = next === EOS;
      words[i * WRITTEN + t + 1] = next;
    }
  }
  return plans.map((_, i) => detokenize(words.subarray(i * WRITTEN + 1, (i + 1) * WRITTEN)));
}

/** <pad> and <bos> are never written. */
function nextWord(logits: Float32Array, start: number, random: Philox, topP: number): number {
  const probabilities = probabilitiesOf(logits, start, start + VOCABULARY.length);
  probabilities[PAD] = 0;
  probabilities[BOS] = 0;
  return sampleTopP(probabilities, topP, random.uniform());
}
