import { z } from 'zod';
import { definePipeline } from '../../engine/plan/define-pipeline.ts';
import { union } from '../../engine/plan/handles.ts';
import { defineConfig } from '../../engine/plan/project.ts';
import { count, judge, keep, rewrite, rows, train } from './steps.ts';

/** Every kind of node, computing next to nothing. */
const toy = definePipeline({
  name: 'toy',
  version: '1',
  description: 'Every kind of node, computing next to nothing',
  params: z.strictObject({
    dataset: z.string().default('toy').describe('Registered dataset'),
    chains: z.int().min(1).default(2).describe('Chains a text'),
    word: z.string().default('and').describe('What the first rewrite adds'),
    milliseconds: z.number().default(0).describe('Time that a batch takes'),
    keep: z.int().default(3).describe('How many are kept'),
    epochs: z.int().default(3).describe('Epochs of the judge'),
    poison: z.string().default('').describe('Texts that contain it fail'),
    maxFailures: z.number().default(0).describe('Share that may fail'),
    crashOnce: z.string().default('').describe('A file: while it exists, epoch 1 kills its host'),
  }),
  build(pipeline, params) {
    const { milliseconds, poison, maxFailures } = params;
    const { text } = pipeline.source('texts', rows, { dataset: params.dataset });
    const first = pipeline.map('first', rewrite, {
      inputs: { text },
      params: { word: params.word, milliseconds, poison },
      fanOut: params.chains,
      depth: 1,
      maxFailures,
    });
    const second = pipeline.map('second', rewrite, {
      inputs: { text: first },
      params: { word: 'then', milliseconds },
      depth: 2,
      maxFailures,
    });
    const pool = union(first, second);
    const judgeModel = pipeline.fold('judge', train, {
      inputs: { texts: first },
      params: { epochs: params.epochs, milliseconds, crashOnce: params.crashOnce },
    });
    const scores = pipeline.map('scores', judge, { inputs: { text: pool, judge: judgeModel }, maxFailures });
    const decisions = pipeline.select('keep', keep, { inputs: { scores }, params: { keep: params.keep } });
    pipeline.reduce('count', count, { inputs: { texts: pool, decisions, model: judgeModel } });
  },
});

export default defineConfig({ pipelines: [toy] });
