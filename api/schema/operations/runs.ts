import { countRuns, listRuns } from '../../../engine/lineage/list-runs.ts';
import { HoplineError } from '../../../engine/plan/errors.ts';
import { builder } from '../builder.ts';
import { pageArguments } from '../connection-type.ts';
import { cursorCode } from '../cursor.ts';
import { connectionOf, pageSize } from '../page.ts';
import { RunRef } from '../refs.ts';
import { runIdOf } from '../run-id.ts';
import { RunConnection } from '../types/run.ts';
import { RunFilterRef, toRunFilter } from '../types/run-filter.ts';

const RunOrderRef = builder.enumType('RunOrder', {
  description: 'By the time of their launch.',
  values: { NEWEST: { value: 'newest' }, OLDEST: { value: 'oldest' } } as const,
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
  t.field({
    type: RunConnection,
    description: 'Newest first, unless asked otherwise.',
    args: { ...pageArguments, filter: t.arg({ type: RunFilterRef }), orderBy: t.arg({ type: RunOrderRef }) },
    resolve: async (_root, { filter: given, orderBy, ...args }, { services, visibility }) => {
      const [filter, order] = [toRunFilter(given), orderBy ?? 'newest'];
      const code = cursorCode('runs', { filter, order }, ['']);
      const after = code.decode(args.after)?.[0];
      const page = { ...filter, order, limit: pageSize(args) + 1, ...(after === undefined ? {} : { after }) };
      const rows = await listRuns(services.db, page, visibility);
      return {
        ...connectionOf(rows, args, (run) => code.encode([run.id])),
        totalCount: () => countRuns(services.db, filter, visibility),
      };
    },
  }),
);
