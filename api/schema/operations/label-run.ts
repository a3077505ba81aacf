import { labelRun } from '../../../engine/lineage/index.ts';
import { ownRunId } from '../../auth/own-run.ts';
import { builder } from '../builder.ts';
import { withNamedErrors } from '../errors/to-named-error.ts';
import { RunResultRef } from './control-run.ts';
import { LabelInputRef, toLabels } from './launch-run-input.ts';

builder.mutationField('labelRun', (t) =>
  t.field({
    type: RunResultRef,
    description:
      'Merges labels into those of a run; an empty value removes its label. At most 64 a run, names of 1 to 100 characters, values of 1,000 at most.',
    args: { runId: t.arg.id({ required: true }), labels: t.arg({ type: [LabelInputRef], required: true }) },
    resolve: (_root, { runId, labels }, context) =>
      withNamedErrors(async () => ({
        run: await labelRun(context.services.db, await ownRunId(context, runId), toLabels(labels)),
      })),
  }),
);
