import { z } from 'zod';
import { definePipeline } from './define-pipeline.ts';
import { defineStep, type Step, stepId } from './define-step.ts';
import { sha256 } from './digest.ts';
import { union } from './handles.ts';
import { contentDigest } from './keys.ts';
import type { PlannedDataset, PlanSources } from './plan-basis.ts';

/** A pipeline with every kind of node and every shape of wiring, small enough to plan a thousand times a test.
 *  Planning runs no step, so its steps refuse to run. */
const neverRuns = async (): Promise<never> => {
  throw new Error('planning must not run a step');
};
const module = import.meta.url;
const none = z.object({});

export const everyRow = defineStep({
  kind: 'source',
  name: 'every-row',
  version: '1',
  module,
  params: none,
  choose: (rows) => rows.map((row) => row.index),
});
export const imagine = defineStep({
  kind: 'map',
  name: 'imagine',
  version: '1',
  module,
  params: z.object({ guidance: z.number().default(1.5) }),
  inputs: { text: 'text' },
  models: ['generator'],
  output: 'image',
  hop: true,
  batchSize: 5,
  run: neverRuns,
});
export const caption = defineStep({
  kind: 'map',
  name: 'caption',
  version: '1',
  module,
  params: none,
  inputs: { image: 'image' },
  models: ['captioner'],
  output: 'text',
  hop: true,
  batchSize: 3,
  run: neverRuns,
});
export const train = defineStep({
  kind: 'fold',
  name: 'train',
  version: '1',
  module,
  params: z.object({ epochs: z.number().int().default(2) }),
  inputs: { text: 'text' },
  epochs: ({ epochs }) => epochs,
  run: neverRuns,
});
export const judge = defineStep({
  kind: 'map',
  name: 'judge',
  version: '1',
  module,
  params: none,
  inputs: { image: 'image', text: 'text', teacher: 'checkpoint' },
  output: 'scores',
  seeded: false,
  run: neverRuns,
});
export const rank = defineStep({
  kind: 'select',
  name: 'rank',
  version: '1',
  module,
  params: z.object({ keep: z.number().int().default(1) }),
  inputs: { scores: 'scores' },
  run: neverRuns,
});
export const learn = defineStep({
  kind: 'fold',
  name: 'learn',
  version: '1',
  module,
  params: z.object({ epochs: z.number().int().default(2) }),
  inputs: { image: 'image', kept: 'decisions' },
  epochs: ({ epochs }) => epochs,
  run: neverRuns,
});
export const evaluate = defineStep({
  kind: 'reduce',
  name: 'evaluate',
  version: '1',
  module,
  params: none,
  inputs: { student: 'checkpoint', text: 'text' },
  run: neverRuns,
});

export const retelling = definePipeline({
  name: 'retelling',
  version: '1',
  description: 'texts -> pictures -> captions -> pictures, judged, selected, learned from',
  params: z.object({
    chains: z.number().int().min(1).default(2).describe('chains a text'),
    keep: z.number().int().min(1).default(1).describe('kept an instance'),
    guidance: z.number().default(1.5).describe('guidance scale'),
  }),
  build(pipeline, { chains, keep, guidance }) {
    const real = pipeline.source('texts', everyRow, { dataset: 'stories' });
    const models = { generator: 'painter' };
    const first = pipeline.map('imagine', imagine, {
      inputs: { text: real.text },
      models,
      params: { guidance },
      fanOut: chains,
      depth: 1,
    });
    const told = pipeline.map('caption', caption, { inputs: { image: first }, models: { captioner: 'teller' } });
    const second = pipeline.map('imagine-again', imagine, { inputs: { text: told }, models, params: { guidance }, depth: 2 });
    const teacher = pipeline.fold('teacher', train, { inputs: { text: real.text } });
    const pictures = union(first, second);
    const scores = pipeline.map('teacher-loss', judge, { inputs: { image: pictures, text: real.text, teacher } });
    const kept = pipeline.select('keep', rank, { inputs: { scores }, params: { keep } });
    const student = pipeline.fold('student', learn, { inputs: { image: pictures, kept } });
    pipeline.reduce('evaluation', evaluate, { inputs: { student, text: real.text } });
  },
});

export const RETELLING_PARAMS = { chains: 2, keep: 1, guidance: 1.5 };

/** Texts as a registered dataset. */
export function storiesOf(texts: readonly string[]): PlannedDataset {
  const rows = texts.map((text, index) => {
    const textKey = contentDigest(text);
    return { index, id: String(index), part: null, group: String(index), meta: {}, key: textKey, textKey, imageKey: null };
  });
  return { name: 'stories', digest: sha256(texts.join('\n')), rows: async () => rows };
}

/** A world in which every model exists and every step's code is that of its version. */
export function worldOf(texts: readonly string[], codeOf: (step: Step) => string = stepId): PlanSources {
  return {
    dataset: async () => storiesOf(texts),
    model: async (name) => ({ name, digest: sha256(name) }),
    codeDigest: async (step) => sha256(codeOf(step)),
  };
}
