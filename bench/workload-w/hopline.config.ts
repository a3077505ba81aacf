import { defineConfig, definePipeline, defineStep, type Reader } from 'hopline';
import { z } from 'zod';
import { countFiles } from './count-files.ts';
import { hop } from './hop.ts';

export const batches = defineStep({
  kind: 'source',
  name: 'workload-batches',
  version: '1',
  module: import.meta.url,
  params: z.strictObject({}),
  choose: (rows) => rows.map((row) => row.index),
});

/** source() of the workload: as many batch ids as one asks for. */
const batchIds: Reader = {
  name: 'batch-ids',
  description: 'ids from 0 to n - 1; --set n=100',
  async *read({ params }) {
    for (let id = 0; id < Number(params?.n ?? 100); id++)
      yield { id: `batch-${id}`, group: `batch-${id}`, text: String(id), meta: {} };
  },
};

const workload = definePipeline({
  name: 'workload-w',
  version: '1',
  description: 'N batches known at run time, three hops of 20 ms and 4 KB each, then a reduce',
  params: z.strictObject({ param: z.string().default('a').describe('What hop 3 writes') }),
  build(pipeline, { param }) {
    const { text } = pipeline.source('source', batches, { dataset: 'batches' });
    const hop1 = pipeline.map('hop1', hop, { inputs: { batch: text }, params: { hop: 1 } });
    const hop2 = pipeline.map('hop2', hop, { inputs: { batch: hop1 }, params: { hop: 2 } });
    const hop3 = pipeline.map('hop3', hop, { inputs: { batch: hop2 }, params: { hop: 3, param } });
    pipeline.reduce('reduce', countFiles, { inputs: { batches: hop3 } });
  },
});

export default defineConfig({ pipelines: [workload], readers: [batchIds] });
