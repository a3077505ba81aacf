import type { SampleRow } from '../../../engine/lineage/sample-row.ts';
import { builder } from '../builder.ts';
import { pageArguments } from '../connection-type.ts';
import { cursorCode } from '../cursor.ts';
import { connectionOf, type PageArguments, pageSize } from '../page.ts';
import { SampleRef } from '../refs.ts';
import { CheckpointConnection } from './checkpoint.ts';
import { PredictionConnection } from './prediction.ts';
import { RunConnection } from './run.ts';

/** A page by id. */
function idPage(field: string, sample: SampleRow, args: PageArguments) {
  const code = cursorCode(field, sample.key, [0]);
  const after = code.decode(args.after)?.[0];
  const page = { limit: pageSize(args) + 1, ...(after === undefined ? {} : { after }) };
  return { page, cursorOf: ({ id }: { id: number }) => code.encode([id]) };
}

builder.objectFields(SampleRef, (t) => ({
  trained: t.field({
    type: CheckpointConnection,
    description: 'Checkpoints that trained on it, oldest first.',
    args: pageArguments,
    resolve: async (sample, args, { loaders }) => {
      const { page, cursorOf } = idPage('trained', sample, args);
      return connectionOf(await loaders.trained(sample.id, page), args, cursorOf);
    },
  }),
  predictions: t.field({
    type: PredictionConnection,
    description: 'What checkpoints said about it, oldest first.',
    args: pageArguments,
    resolve: async (sample, args, { loaders }) => {
      const { page, cursorOf } = idPage('predictions', sample, args);
      return connectionOf(await loaders.predictions(sample.id, page), args, cursorOf);
    },
  }),
  runs: t.field({
    type: RunConnection,
    description: 'Runs that have it, newest first.',
    args: pageArguments,
    resolve: async (sample, args, { loaders }) => {
      const code = cursorCode('sample.runs', sample.key, ['']);
      const after = code.decode(args.after)?.[0];
      const ids = await loaders.runIdsOf(sample.id, { limit: pageSize(args) + 1, ...(after === undefined ? {} : { after }) });
      const page = connectionOf(ids, args, ({ runId }) => code.encode([runId]));
      const edges = page.edges.map(async ({ cursor, node }) => ({ cursor, node: await loaders.run(node.runId) }));
      return { ...page, edges: await Promise.all(edges) };
    },
  }),
}));
