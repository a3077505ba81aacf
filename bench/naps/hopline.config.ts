import { setTimeout as sleep } from 'node:timers/promises';
import { defineConfig, definePipeline, defineStep } from 'hopline';
import { z } from 'zod';

const rows = defineStep({
  kind: 'source',
  name: 'nap-rows',
  version: '1',
  module: import.meta.url,
  params: z.strictObject({}),
  choose: (all) => all.map((row) => row.index),
});

/** A task that only waits: what is left is the engine's own time. */
export const nap = defineStep({
  kind: 'map',
  name: 'nap',
  version: '1',
  module: import.meta.url,
  params: z.strictObject({ milliseconds: z.number() }),
  inputs: { text: 'text' },
  output: 'text',
  batchSize: 1,
  async run({ items, params }) {
    await sleep(params.milliseconds);
    return items.map((item) => ({ text: item.inputs.text!.text! }));
  },
});

export { rows };

const naps = definePipeline({
  name: 'naps',
  version: '1',
  description: 'As many naps as the dataset has rows',
  params: z.strictObject({ dataset: z.string(), milliseconds: z.number().default(20) }),
  build(pipeline, { dataset, milliseconds }) {
    const { text } = pipeline.source('rows', rows, { dataset });
    pipeline.map('nap', nap, { inputs: { text }, params: { milliseconds } });
  },
});

export default defineConfig({ pipelines: [naps] });
