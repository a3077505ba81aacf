import type { SampleDataset } from '../../../engine/lineage/sample-datasets.ts';
import type { DerivationRow } from '../../../engine/lineage/sample-derivations.ts';
import type { SampleRow } from '../../../engine/lineage/sample-row.ts';
import { builder } from '../builder.ts';
import { DerivationRef, type DerivationView, RunRef } from '../refs.ts';
import { KeyedInputRef } from './keyed-input.ts';

builder.objectType(DerivationRef, {
  description: 'How a sample came to be: what was asked for, and who did it where.',
  fields: (t) => ({
    real: t.exposeBoolean('real', { description: 'It was not made: it is a row of a dataset.' }),
    step: t.exposeString('step', {
      description: '`name@version`; of a real sample its dataset, `name@` and the beginning of its digest.',
    }),
    params: t.field({ type: 'JSON', resolve: (derivation) => derivation.params }),
    models: t.field({ type: 'JSON', description: 'Model digests by role.', resolve: (derivation) => derivation.models }),
    codeDigest: t.field({ type: 'Digest', nullable: true, resolve: (derivation) => derivation.codeDigest }),
    run: t.field({
      type: RunRef,
      nullable: true,
      description:
        'The run that made it, or, where that is of another project, the first of yours that has it. null for a real sample.',
      resolve: ({ runId }, _args, { loaders }) => (runId === null ? null : loaders.run(runId)),
    }),
    node: t.exposeString('node', { nullable: true }),
    task: t.string({
      nullable: true,
      description: 'Id of the task. null where a run of another project did it.',
      resolve: ({ taskId }) => (taskId === null ? null : String(taskId)),
    }),
    worker: t.exposeString('worker', { nullable: true, description: 'null like `task`.' }),
    device: t.exposeString('device', { nullable: true, description: 'null like `task`.' }),
    startedAt: t.field({
      type: 'DateTime',
      description: 'Of a real sample: when it was registered.',
      resolve: (derivation) => derivation.startedAt,
    }),
    seconds: t.float({
      description: "Its share of the task's device-seconds.",
      resolve: (derivation) => derivation.seconds / Math.max(1, derivation.items),
    }),
    receipt: t.field({
      type: 'JSON',
      nullable: true,
      description:
        'What a server was asked and paid for it: requests, inputTokens, outputTokens, cost, currency, and its own words. null where nothing was, and like `task`.',
      resolve: (derivation) => derivation.receipt,
    }),
    batch: t.exposeInt('items', { description: 'Items of the task that made it.' }),
    inputs: t.field({
      type: [KeyedInputRef],
      description: "Whole nodes that were read, such as a teacher's checkpoint.",
      resolve: (derivation) => derivation.inputs,
    }),
  }),
});

export const madeBy = (row: DerivationRow): DerivationView => ({ real: false, ...row });

/** The derivation of a real sample: nobody made it. */
export const readFrom = (sample: SampleRow, row: SampleDataset | undefined): DerivationView => ({
  real: true,
  step: row ? `${row.name}@${row.digest.slice(0, 12)}` : 'none',
  params: row ? { dataset: row.name, digest: row.digest, row: row.rowId } : {},
  models: {},
  codeDigest: null,
  runId: null,
  node: null,
  taskId: null,
  worker: null,
  device: null,
  startedAt: sample.createdAt,
  seconds: 0,
  items: 1,
  inputs: [],
  receipt: null,
});
