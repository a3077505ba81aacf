import { defineStep, type SampleValue } from 'hopline';
import { z } from 'zod';

const own = { version: '1', module: import.meta.url };

/** A score is a map, too: one loss for each sample, lower is better. */
export const forgetting = defineStep({
  ...own,
  kind: 'map',
  name: 'forgetting',
  params: z.strictObject({ shortest: z.int().default(1).describe('Texts with fewer words fail') }),
  inputs: { heard: 'text', said: 'text', words: 'checkpoint' },
  output: 'scores',
  seeded: false,
  batchSize: 64,
  async run({ items, params, nodes }) {
    const { bytes } = await nodes.checkpoint('words');
    const counts = JSON.parse(Buffer.from(bytes).toString()) as Record<string, number>;
    return items.map(({ inputs }) => {
      const heard = inputs.heard!.text!.split(' ');
      if (heard.length < params.shortest) return { failed: `${heard.length} words are too few` };
      const lost = inputs.said!.text!.split(' ').length - heard.length;
      return { loss: lost + 1 / heard.reduce((sum, word) => sum + (counts[word] ?? 0), 1), values: { lost } };
    });
  },
});

/** A fold is a chain of states: each epoch gets the bytes of the one before it. */
export const countWords = defineStep({
  ...own,
  kind: 'fold',
  name: 'count-words',
  params: z.strictObject({ epochs: z.int().min(1).default(2) }),
  inputs: { texts: 'text' },
  epochs: ({ epochs }) => epochs,
  async run({ state, nodes }) {
    const counts: Record<string, number> = state ? JSON.parse(Buffer.from(state).toString()) : {};
    for (const word of (await nodes.samples('texts')).flatMap(wordsOf)) counts[word] = (counts[word] ?? 0) + 1;
    return { state: Buffer.from(JSON.stringify(counts)), metrics: { vocabulary: Object.keys(counts).length } };
  },
});

/** A selection decides on every scored sample, and says why. */
export const best = defineStep({
  ...own,
  kind: 'select',
  name: 'best',
  params: z.strictObject({ keep: z.int().min(1).default(1).describe('Kept of each proverb') }),
  inputs: { scores: 'scores' },
  seeded: false,
  async run({ params, nodes }) {
    const scores = await nodes.scores('scores');
    const proverbs = [...new Set(scores.map(({ rootKey }) => rootKey))];
    const decisions = proverbs.flatMap((rootKey) =>
      scores
        .filter((score) => score.rootKey === rootKey)
        .toSorted((a, b) => a.loss - b.loss || (a.sampleKey < b.sampleKey ? -1 : 1))
        .map(({ sampleKey, loss }, rank) => {
          const reason = `rank ${rank + 1} of its proverb by loss ${loss.toFixed(3)}, keep ${params.keep}`;
          return { sampleKey, kept: rank < params.keep, rank, reason };
        }),
    );
    return { decisions };
  },
});

export const keptTexts = defineStep({
  ...own,
  kind: 'reduce',
  name: 'kept-texts',
  params: z.strictObject({}),
  inputs: { pool: 'text', decisions: 'decisions' },
  async run({ nodes }) {
    const kept = new Set((await nodes.decisions('decisions')).filter(({ kept }) => kept).map(({ sampleKey }) => sampleKey));
    const texts = (await nodes.samples('pool')).filter(({ key }) => kept.has(key)).map(({ text }) => text!);
    const report = texts.toSorted().join('\n');
    return {
      metrics: [{ name: 'kept', slice: 'all', value: texts.length }],
      result: { texts },
      files: { 'kept.txt': Buffer.from(report) },
    };
  },
});

const wordsOf = ({ text }: SampleValue): string[] => text!.split(' ');
