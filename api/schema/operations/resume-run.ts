import type { RunRow } from '../../../engine/lineage/index.ts';
import { resumeRun } from '../../../engine/runs/index.ts';
import { builder } from '../builder.ts';
import { Forbidden, RunNotFound, RunNotResumable, RunStateConflict } from '../errors/named-errors.ts';
import { withNamedErrors } from '../errors/to-named-error.ts';
import { RunRef } from '../refs.ts';
import { runIdOf } from '../run-id.ts';

const ResumeRunSuccessRef = builder.objectRef<{ run: RunRow }>('ResumeRunSuccess').implement({
  fields: (t) => ({ run: t.field({ type: RunRef, resolve: ({ run }) => run }) }),
});

const ResumeRunResultRef = builder.errorUnion('ResumeRunResult', {
  types: [ResumeRunSuccessRef, RunNotFound, RunNotResumable, RunStateConflict, Forbidden],
  resolveType: () => 'ResumeRunSuccess',
});

builder.mutationField('resumeRun', (t) =>
  t.field({
    type: ResumeRunResultRef,
    description: 'Goes on with a failed, cancelled or paused run. Finished work is never repeated.',
    args: { runId: t.arg.id({ required: true }) },
    resolve: (_root, { runId }, { services }) =>
      withNamedErrors(async () => ({ run: await resumeRun(services, runIdOf(runId)) })),
  }),
);
