import { verifyRun } from '../../../engine/runs/index.ts';
import { ownRunId } from '../../auth/own-run.ts';
import { builder } from '../builder.ts';
import { withNamedErrors } from '../errors/to-named-error.ts';
import { LaunchRunResultRef } from './launch-run.ts';

builder.mutationField('verifyRun', (t) =>
  t.field({
    type: LaunchRunResultRef,
    description:
      'A new run that executes a share of the tasks of a finished run again and records whether the same came out. Nothing of the run that is verified changes; the new one has it as its parent, and `verification` tells what was found.',
    args: {
      runId: t.arg.id({ required: true }),
      share: t.arg.float({ required: true, description: 'Above 0, to 1. Rounded up: one task at least.' }),
      seed: t.arg.int({ description: 'Of the stream that draws the tasks. Default 0.' }),
    },
    resolve: (_root, { runId, share, seed }, context) =>
      withNamedErrors(async () => ({
        run: await verifyRun(context.services, await ownRunId(context, runId), { share, seed: seed ?? 0 }),
      })),
  }),
);
