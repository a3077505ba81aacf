import { setTimeout as sleep } from 'node:timers/promises';
import { defineConfig, definePipeline, defineStep } from 'hopline';
import { z } from 'zod';

const milliseconds = z.number().default(0);
const params = z.strictObject({ milliseconds });

export const rows = defineStep({
  kind: 'source',
  name: 'history-rows',
  version: '1',
  module: import.meta.url,
  params: z.strictObject({}),
  choose: (all) => all.map((row) => row.index),
});

export const echo = defineStep({
  kind: 'map',
  name: 'history-echo',
  version: '1',
  module: import.meta.url,
  params: params.extend({ fail: z.boolean().default(false) }),
  inputs: { text: 'text' },
  output: 'text',
  batchSize: 1,
  async run({ items, params: { milliseconds: wait, fail } }) {
    await sleep(wait);
    if (fail) throw new TypeError('a mistake that stays');
    return items.map((item) => ({ text: `${item.inputs.text!.text} again` }));
  },
});

export const count = defineStep({
  kind: 'fold',
  name: 'history-count',
  version: '1',
  module: import.meta.url,
  params: params.extend({ epochs: z.int().default(3) }),
  inputs: { texts: 'text' },
  epochs: ({ epochs }) => epochs,
  async run({ params: { milliseconds: wait }, epoch }) {
    await sleep(wait);
    return { state: Uint8Array.of(epoch), metrics: { epoch } };
  },
});

export const tell = defineStep({
  kind: 'reduce',
  name: 'history-tell',
  version: '1',
  module: import.meta.url,
  params,
  inputs: { counter: 'checkpoint' },
  async run({ params: { milliseconds: wait } }) {
    await sleep(wait);
    return { metrics: [{ name: 'told', slice: 'all', value: 1 }], result: {} };
  },
});

/** One unit for each type of workflow, each as slow as one asks for. */
const histories = definePipeline({
  name: 'histories',
  version: '1',
  description: 'A stage, a fold and a reduction, each as slow as one asks for',
  params: z.strictObject({ map: milliseconds, fold: milliseconds, reduce: milliseconds, fail: z.boolean().default(false) }),
  build(pipeline, { map, fold, reduce, fail }) {
    const { text } = pipeline.source('rows', rows, { dataset: 'rows' });
    const texts = pipeline.map('echo', echo, { inputs: { text }, params: { milliseconds: map, fail } });
    const counter = pipeline.fold('count', count, { inputs: { texts }, params: { milliseconds: fold } });
    pipeline.reduce('tell', tell, { inputs: { counter }, params: { milliseconds: reduce } });
  },
});

export default defineConfig({ pipelines: [histories] });
