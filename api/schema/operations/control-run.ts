import type { RunRow } from '../../../engine/lineage/index.ts';
import { cancelRun, pauseRun, type RunServices, unpauseRun } from '../../../engine/runs/index.ts';
import { ownRunId } from '../../auth/own-run.ts';
import { builder } from '../builder.ts';
import { Forbidden, InvalidLabels, RunNotFound, RunStateConflict } from '../errors/named-errors.ts';
import { withNamedErrors } from '../errors/to-named-error.ts';
import { RunRef } from '../refs.ts';

export const RunSuccessRef = builder.objectRef<{ run: RunRow }>('RunSuccess').implement({
  fields: (t) => ({ run: t.field({ type: RunRef, resolve: ({ run }) => run }) }),
});

/** Also of `labelRun`. */
export const RunResultRef = builder.errorUnion('RunResult', {
  types: [RunSuccessRef, RunNotFound, RunStateConflict, InvalidLabels, Forbidden],
  resolveType: () => 'RunSuccess',
});

function controlField(
  name: string,
  description: string,
  control: (services: RunServices, runId: string) => Promise<RunRow>,
): void {
  builder.mutationField(name, (t) =>
    t.field({
      type: RunResultRef,
      description,
      args: { runId: t.arg.id({ required: true }) },
      resolve: (_root, { runId }, context) =>
        withNamedErrors(async () => ({ run: await control(context.services, await ownRunId(context, runId)) })),
    }),
  );
}

controlField('pauseRun', 'Starts no further tasks; those that run are finished.', pauseRun);
controlField('unpauseRun', 'Goes on after a pause.', unpauseRun);

builder.mutationField('cancelRun', (t) =>
  t.field({
    type: RunResultRef,
    description: 'Stops a run; what is committed stays.',
    args: { runId: t.arg.id({ required: true }), reason: t.arg.string() },
    resolve: (_root, { runId, reason }, context) =>
      withNamedErrors(async () => ({
        run: await cancelRun(context.services, await ownRunId(context, runId), reason ?? undefined),
      })),
  }),
);
