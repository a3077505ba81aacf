import { appendFileSync, existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { defineConfig, definePipeline, defineStep } from 'hopline';
import { z } from 'zod';

/** A file: while it is there, steps come out otherwise than before. */
const isChanged = (): boolean => existsSync(process.env.CHANGED_FILE ?? '');
const log = (line: string): void => appendFileSync(process.env.STEP_LOG!, `${line}\n`);

const module = import.meta.url;
const params = z.strictObject({ milliseconds: z.number().default(0) });

export const rows = defineStep({
  kind: 'source',
  name: 'verified-rows',
  version: '1',
  module,
  params: z.strictObject({}),
  choose: (all) => all.map((row) => row.index),
});

/** Says that it is bitwise, and is not when the file is there and the text ends in 3. */
export const claim = defineStep({
  kind: 'map',
  name: 'claim',
  version: '1',
  module,
  params,
  inputs: { text: 'text' },
  output: 'text',
  batchSize: 4,
  determinism: 'bitwise',
  async run({ items, params: { milliseconds } }) {
    log(`claim ${items.map((item) => item.key.slice(0, 12)).join(' ')}`);
    await sleep(milliseconds);
    return items.map(({ inputs }) => {
      const { text } = inputs.text!;
      return { text: isChanged() && text!.endsWith('3') ? `${text} otherwise` : `${text} claimed` };
    });
  },
});

/** Numbers that are a little off when the file is there. */
export const measure = defineStep({
  kind: 'map',
  name: 'measure',
  version: '1',
  module,
  params,
  inputs: { text: 'text' },
  output: 'features',
  batchSize: 4,
  determinism: { tolerance: 1e-3 },
  async run({ items }) {
    log(`measure ${items.map((item) => item.key.slice(0, 12)).join(' ')}`);
    return items.map(({ inputs }) => ({
      features: Float32Array.of(inputs.text!.text!.length, isChanged() ? 0.5002 : 0.5),
    }));
  },
});

export const dice = defineStep({
  kind: 'map',
  name: 'dice',
  version: '1',
  module,
  params,
  inputs: { features: 'features' },
  output: 'scores',
  batchSize: 4,
  determinism: 'stochastic',
  async run({ items }) {
    log(`dice ${items.map((item) => item.key.slice(0, 12)).join(' ')}`);
    return items.map(() => ({ loss: Math.random() }));
  },
});

export const tell = defineStep({
  kind: 'reduce',
  name: 'verified-tell',
  version: '1',
  module,
  params,
  inputs: { texts: 'text', scores: 'scores' },
  determinism: { tolerance: 1e-6 },
  async run({ nodes }) {
    log('tell');
    const count = (await nodes.samples('texts')).length;
    return { metrics: [{ name: 'count', slice: 'all', value: count + (isChanged() ? 1 : 0) }], result: { count } };
  },
});

const verified = definePipeline({
  name: 'verified',
  version: '1',
  description: 'A step of every determinism',
  params: z.strictObject({ milliseconds: z.number().default(0).describe('that a batch takes') }),
  build(pipeline, { milliseconds }) {
    const { text } = pipeline.source('rows', rows, { dataset: 'rows' });
    const texts = pipeline.map('claim', claim, { inputs: { text }, params: { milliseconds } });
    const features = pipeline.map('measure', measure, { inputs: { text: texts } });
    const scores = pipeline.map('dice', dice, { inputs: { features } });
    pipeline.reduce('tell', tell, { inputs: { texts, scores } });
  },
});

export default defineConfig({ pipelines: [verified] });
