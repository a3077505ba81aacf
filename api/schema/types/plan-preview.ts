import type { PlanPreview, PreviewedNode } from '../../../engine/runs/index.ts';
import { builder } from '../builder.ts';

const PlannedNodeRef = builder.objectRef<PreviewedNode>('PlannedNode').implement({
  description: 'What a run would make of one node.',
  fields: (t) => ({
    name: t.exposeString('name'),
    kind: t.exposeString('kind'),
    step: t.exposeString('step', { description: '`name@version`.' }),
    dependsOn: t.exposeStringList('dependsOn'),
    sharedBy: t.exposeStringList('sharedBy', { description: 'Nodes that read it: variants that share its samples.' }),
    expected: t.exposeInt('expected'),
    cached: t.exposeInt('cached', { description: 'There already: reused.' }),
    toMake: t.exposeInt('toMake'),
    firstDifference: t.exposeString('reason', {
      nullable: true,
      description: 'Why anything must be made: the first input that differs from the latest run with the node.',
    }),
    codeChanged: t.exposeBoolean('codeChanged', {
      description: "The step's compiled code differs under the same version: reused on the author's word.",
    }),
    predictedDeviceSeconds: t.exposeFloat('predictedSeconds', {
      nullable: true,
      description: 'null while the step never ran here.',
    }),
  }),
});

const PlanTotalsRef = builder.objectRef<PlanPreview['totals']>('PlanTotals').implement({
  fields: (t) => ({
    expected: t.exposeInt('expected'),
    cached: t.exposeInt('cached'),
    toMake: t.exposeInt('toMake'),
    predictedDeviceSeconds: t.exposeFloat('predictedSeconds', { nullable: true }),
  }),
});

export const PlanPreviewRef = builder.objectRef<PlanPreview>('PlanPreview').implement({
  description: 'What a run would reuse, what it would make, and why. Nothing was started.',
  fields: (t) => ({
    pipeline: t.exposeString('pipeline'),
    seed: t.exposeInt('seed'),
    params: t.field({ type: 'JSON', description: 'With every default filled in.', resolve: (preview) => preview.params }),
    nodes: t.field({ type: [PlannedNodeRef], resolve: (preview) => preview.nodes }),
    totals: t.field({ type: PlanTotalsRef, resolve: (preview) => preview.totals }),
  }),
});
