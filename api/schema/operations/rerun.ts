import { rerunRun } from '../../../engine/runs/index.ts';
import { ownRunId } from '../../auth/own-run.ts';
import { builder } from '../builder.ts';
import { withNamedErrors } from '../errors/to-named-error.ts';
import { LaunchRunResultRef } from './launch-run.ts';

const RerunStrategyRef = builder.enumType('RerunStrategy', {
  description: 'What a rerun makes again.',
  values: {
    FROM_FAILURE: { description: "Only what doesn't exist." },
    FROM_NODE: { description: 'A node and everything downstream of it.' },
    ALL: { description: 'Every node, when `reuse` is false.' },
  } as const,
});

builder.mutationField('rerun', (t) =>
  t.field({
    type: LaunchRunResultRef,
    description:
      'A new run of the same pipeline, params, seed and project. The first one becomes its parent, and stays as it is.',
    args: {
      runId: t.arg.id({ required: true }),
      strategy: t.arg({ type: RerunStrategyRef, required: true }),
      fromNode: t.arg.string({ description: 'FROM_NODE only.' }),
      reuse: t.arg.boolean({ defaultValue: true, description: 'false, with ALL: make again what exists.' }),
    },
    resolve: (_root, { runId, strategy, fromNode, reuse }, context) =>
      withNamedErrors(async () => ({
        run: await rerunRun(context.services, await ownRunId(context, runId), {
          strategy,
          fromNode: fromNode ?? undefined,
          reuse: reuse ?? true,
        }),
      })),
  }),
);
