import { defineConfig, definePipeline, union } from 'hopline';
import { z } from 'zod';
import { everyRow, whisper } from '../hopline.config.ts';
import { lines } from '../lines.ts';
import { best, countWords, forgetting, keptTexts } from './steps.ts';

const judged = definePipeline({
  name: 'judged-whispers',
  version: '1',
  description: 'Whispers of two depths, judged by what they forgot; the best of each proverb are kept',
  params: z.strictObject({
    chains: z.int().min(1).default(3).describe('Chains a text'),
    keep: z.int().min(1).default(1).describe('Kept of each proverb'),
    shortest: z.int().min(1).default(1).describe('Texts with fewer words fail'),
    maxFailures: z.number().min(0).max(1).default(0).describe('Share of the texts that may fail'),
  }),
  profiles: { broad: { chains: 8, keep: 2 } },
  build(pipeline, { chains, keep, shortest, maxFailures }) {
    const { text } = pipeline.source('texts', everyRow, { dataset: 'proverbs' });
    const once = pipeline.map('first-ear', whisper, { inputs: { text }, fanOut: chains, depth: 1 });
    const twice = pipeline.map('second-ear', whisper, { inputs: { text: once }, depth: 2 });
    const pool = union(once, twice);
    const words = pipeline.fold('words', countWords, { inputs: { texts: text } });
    const scores = pipeline.map('forgetting', forgetting, {
      inputs: { heard: pool, said: text, words },
      params: { shortest },
      maxFailures,
    });
    const decisions = pipeline.select('best', best, { inputs: { scores }, params: { keep } });
    pipeline.reduce('kept', keptTexts, { inputs: { pool, decisions } });
  },
});

export default defineConfig({ pipelines: [judged], readers: [lines] });
