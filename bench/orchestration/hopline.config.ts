import { defineConfig, definePipeline, defineStep, type Handle } from 'hopline';
import { z } from 'zod';

const everyRow = defineStep({
  kind: 'source',
  name: 'relay-rows',
  version: '1',
  module: import.meta.url,
  params: z.strictObject({}),
  choose: (rows) => rows.map((row) => row.index),
});

/** Computes nothing: what is left is the engine's own time. */
const relayOf = (name: string, batchSize: number) =>
  defineStep({
    kind: 'map',
    name,
    version: '1',
    module: import.meta.url,
    params: z.strictObject({ hop: z.int() }),
    inputs: { text: 'text' },
    output: 'text',
    hop: true,
    batchSize,
    run: async ({ items, params }) => items.map((item) => ({ text: `${item.key.slice(0, 8)} ${params.hop}` })),
  });

export const relay = relayOf('relay', 100);
export const smallRelay = relayOf('small-relay', 10);
export const wideRelay = relayOf('wide-relay', 256);
const STEPS = { 10: smallRelay, 100: relay, 256: wideRelay } as const;

export { everyRow };

/** Reads every sample of the last hop, by its coordinates alone. */
export const tally = defineStep({
  kind: 'reduce',
  name: 'tally',
  version: '1',
  module: import.meta.url,
  params: z.strictObject({}),
  inputs: { texts: { medium: 'text', load: false } },
  async run({ nodes }) {
    return { result: { texts: (await nodes.samples('texts')).length } };
  },
});

/** Keeps every tenth sample, and says of each why. */
export const tenth = defineStep({
  kind: 'select',
  name: 'tenth',
  version: '1',
  module: import.meta.url,
  params: z.strictObject({}),
  inputs: { texts: { medium: 'text', load: false } },
  async run({ nodes }) {
    const texts = await nodes.samples('texts');
    const decisions = texts.map(({ key }, rank) => ({
      sampleKey: key,
      kept: rank % 10 === 0,
      rank,
      reason: `rank ${rank} of ${texts.length}, of which every tenth is kept`,
    }));
    return { decisions };
  },
});

/** A chain of hops: one stage, no barrier. With `count`, a reduction over all samples of the last hop; with `select`, a selection
 *  among them. */
const orchestration = definePipeline({
  name: 'orchestration',
  version: '1',
  description: 'Hops that compute nothing',
  params: z.strictObject({
    dataset: z.string(),
    hops: z.int().min(1).default(10),
    batch: z.literal([10, 100, 256]).default(100),
    count: z.boolean().default(false),
    select: z.boolean().default(false),
  }),
  build(pipeline, { dataset, hops, batch, count, select }) {
    let text: Handle<'text'> = pipeline.source('rows', everyRow, { dataset }).text;
    for (let hop = 1; hop <= hops; hop++) text = pipeline.map(`hop-${hop}`, STEPS[batch], { inputs: { text }, params: { hop } });
    if (select) pipeline.select('tenth', tenth, { inputs: { texts: text } });
    if (count) pipeline.reduce('tally', tally, { inputs: { texts: text } });
  },
});

export default defineConfig({ pipelines: [orchestration] });
