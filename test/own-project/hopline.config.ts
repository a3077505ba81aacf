import { defineConfig, definePipeline, defineStep, Philox } from 'hopline';
import { z } from 'zod';
import { lines } from './lines.ts';

const own = { version: '1', module: import.meta.url, params: z.strictObject({}) };
export const everyRow = defineStep({
  ...own,
  kind: 'source',
  name: 'every-row',
  choose: (rows) => rows.map(({ index }) => index),
});

export const whisper = defineStep({
  ...own,
  kind: 'map',
  name: 'whisper',
  inputs: { text: 'text' },
  output: 'text',
  hop: true,
  async run({ items }) {
    return items.map(({ seed, inputs }) => {
      const words = inputs.text!.text!.split(' ');
      const lost = new Philox(Buffer.from(seed!, 'hex')).int(words.length);
      return { text: words.filter((_, place) => place !== lost || words.length === 1).join(' ') };
    });
  },
});

export const wordsLeft = defineStep({
  ...own,
  kind: 'reduce',
  name: 'words-left',
  inputs: { text: 'text' },
  async run({ nodes }) {
    const counts = (await nodes.samples('text')).map(({ text }) => text!.split(' ').length);
    return { metrics: [{ name: 'words', slice: 'all', value: counts.reduce((sum, count) => sum + count) / counts.length }] };
  },
});

const whispers = definePipeline({
  name: 'whispers',
  version: '1',
  description: 'What is left of a text after two hops that lose a word each',
  params: z.strictObject({ chains: z.int().min(1).default(2).describe('Chains a text') }),
  build(pipeline, { chains }) {
    const { text } = pipeline.source('texts', everyRow, { dataset: 'proverbs' });
    const once = pipeline.map('first-ear', whisper, { inputs: { text }, fanOut: chains });
    const twice = pipeline.map('second-ear', whisper, { inputs: { text: once } });
    pipeline.reduce('words-left', wordsLeft, { inputs: { text: twice } });
  },
});

export default defineConfig({ pipelines: [whispers], readers: [lines] });
