import { z } from 'zod';
import { definePipeline } from '../../engine/plan/define-pipeline.ts';
import { defineConfig } from '../../engine/plan/project.ts';
import { faults, grow, learn, rows, tally, weigh } from './steps.ts';

/** Three hops, a score, a training and a reduction; whatever goes wrong does so at the second hop, unless `at` says otherwise. */
const faulty = definePipeline({
  name: 'faulty',
  version: '1',
  description: 'Three hops of which one goes wrong',
  params: z.strictObject({
    dataset: z.string().default('faulty').describe('Registered dataset'),
    at: z.enum(['first', 'second', 'third']).default('second').describe('The hop that goes wrong'),
    last: z.string().default('end').describe('What the third hop adds'),
    nan: z.string().default('').describe('Texts that contain it have no score'),
    maxFailures: z.number().default(0).describe('Share that may fail'),
    fault: faults.prefault({}).describe('What goes wrong'),
  }),
  build(pipeline, params) {
    const { maxFailures, fault, at } = params;
    const hop = (name: 'first' | 'second' | 'third', word: string) => (at === name ? { ...fault, word } : { word });
    const { text } = pipeline.source('texts', rows, { dataset: params.dataset });
    const first = pipeline.map('first', grow, { inputs: { text }, params: hop('first', 'and'), depth: 1, maxFailures });
    const second = pipeline.map('second', grow, {
      inputs: { text: first },
      params: hop('second', 'then'),
      depth: 2,
      maxFailures,
    });
    const third = pipeline.map('third', grow, {
      inputs: { text: second },
      params: hop('third', params.last),
      depth: 3,
      maxFailures,
    });
    const scores = pipeline.map('scores', weigh, { inputs: { text: third }, params: { nan: params.nan }, maxFailures });
    const model = pipeline.fold('model', learn, { inputs: { texts: third } });
    pipeline.reduce('tally', tally, { inputs: { texts: third, scores, model } });
  },
});

export default defineConfig({ pipelines: [faulty] });
