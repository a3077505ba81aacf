import { listRuns } from '../../../engine/lineage/index.ts';
import { HoplineError } from '../../../engine/plan/errors.ts';
import { builder } from '../builder.ts';
import { connectionOf, pageSize } from '../page.ts';
import { RunRef } from '../refs.ts';
import { runIdOf } from '../run-id.ts';
import { RunStateRef } from '../types/run.ts';

const RunFilterRef = builder.inputType('RunFilter', {
  fields: (t) => ({ pipeline: t.string(), project: t.string(), states: t.field({ type: [RunStateRef] }) }),
});

builder.queryField('run', (t) =>
  t.field({
    type: RunRef,
    nullable: true,
    args: { id: t.arg.id({ required: true, description: 'Its relay id, or the id that the command line shows.' }) },
    resolve: (_root, { id }, { loaders }) =>
      loaders.run(runIdOf(id)).catch((error: unknown) => {
        if (error instanceof HoplineError && error.code === 'RUN_NOT_FOUND') return null;
        throw error;
      }),
  }),
);

builder.queryField('runs', (t) =>
  t.connection({
    type: RunRef,
    description: 'Newest first.',
    args: { filter: t.arg({ type: RunFilterRef }) },
    resolve: async (_root, { filter, ...page }, { services }) => {
      const rows = await listRuns(services.db, {
        limit: pageSize(page) + 1,
        ...(page.after == null ? {} : { after: page.after }),
        ...(filter?.pipeline == null ? {} : { pipeline: filter.pipeline }),
        ...(filter?.project == null ? {} : { project: filter.project }),
        ...(filter?.states == null ? {} : { states: filter.states }),
      });
      return connectionOf(rows, page, (run) => run.id);
    },
  }),
);
