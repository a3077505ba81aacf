import { previewPlan } from '../../../engine/runs/index.ts';
import { withShippedDatasets } from '../../../engine/runs/with-shipped-datasets.ts';
import { builder } from '../builder.ts';
import {
  DatasetMissing,
  DatasetRetracted,
  Forbidden,
  InvalidParams,
  ModelMissing,
  ModelRetracted,
  PipelineNotFound,
} from '../errors/named-errors.ts';
import { withNamedErrors } from '../errors/to-named-error.ts';
import { PlanPreviewRef } from '../types/plan-preview.ts';
import { LaunchRunInputRef, toLaunchInput } from './launch-run-input.ts';

const PlanRunResultRef = builder.errorUnion('PlanRunResult', {
  types: [
    PlanPreviewRef,
    InvalidParams,
    PipelineNotFound,
    DatasetMissing,
    ModelMissing,
    DatasetRetracted,
    ModelRetracted,
    Forbidden,
  ],
  resolveType: () => 'PlanPreview',
});

builder.queryField('planRun', (t) =>
  t.field({
    type: PlanRunResultRef,
    description: 'What a run would reuse, what it would make, and why. Spends nothing.',
    // A million samples take minutes to expand.
    extensions: { timeLimit: 600 },
    args: { input: t.arg({ type: LaunchRunInputRef, required: true }) },
    resolve: (_root, { input }, { services, viewer, visibility }) =>
      withNamedErrors(async () =>
        withShippedDatasets(services, () => previewPlan(services, toLaunchInput(input, viewer), visibility)),
      ),
  }),
);
