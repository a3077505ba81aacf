import type { RunRow } from '../../../engine/lineage/index.ts';
import { launchRun } from '../../../engine/runs/index.ts';
import { builder } from '../builder.ts';
import {
  DatasetMissing,
  DatasetRetracted,
  Forbidden,
  IdempotencyConflict,
  InvalidParams,
  ModelMissing,
  ModelRetracted,
  PipelineNotFound,
  RerunInvalid,
  RunNotFound,
  VerifyInvalid,
} from '../errors/named-errors.ts';
import { withNamedErrors } from '../errors/to-named-error.ts';
import { RunRef } from '../refs.ts';
import { LaunchRunInputRef, toLaunchInput } from './launch-run-input.ts';

export const LaunchRunSuccessRef = builder.objectRef<{ run: RunRow }>('LaunchRunSuccess').implement({
  fields: (t) => ({ run: t.field({ type: RunRef, resolve: ({ run }) => run }) }),
});

/** Also of `rerun` and `verifyRun`. */
export const LaunchRunResultRef = builder.errorUnion('LaunchRunResult', {
  types: [
    LaunchRunSuccessRef,
    InvalidParams,
    PipelineNotFound,
    DatasetMissing,
    ModelMissing,
    DatasetRetracted,
    ModelRetracted,
    IdempotencyConflict,
    RunNotFound,
    RerunInvalid,
    VerifyInvalid,
    Forbidden,
  ],
  resolveType: () => 'LaunchRunSuccess',
});

builder.mutationField('launchRun', (t) =>
  t.field({
    type: LaunchRunResultRef,
    description: 'Validates, stores and starts a run. Of two with one idempotency key the second is told of the first.',
    args: { input: t.arg({ type: LaunchRunInputRef, required: true }) },
    resolve: (_root, { input }, { services, viewer }) =>
      withNamedErrors(async () => ({ run: await launchRun(services, toLaunchInput(input, viewer)) })),
  }),
);
