import type { Graph, GraphNode } from '../../../engine/plan/build-graph.ts';
import { stepId } from '../../../engine/plan/define-step.ts';
import { builder } from '../builder.ts';

export interface PipelineEdgeView {
  from: string;
  to: string;
  role: string;
  medium: string;
}

/** Every wire of a graph once, in the order of the nodes that it leads to. */
export function edgesOf(graph: Graph): PipelineEdgeView[] {
  return [...graph.values()].flatMap(({ name, inputs }) =>
    Object.entries(inputs).flatMap(([role, parts]) =>
      [...new Map(parts.map(({ node, medium }) => [node, medium]))].map(([from, medium]) => ({ from, to: name, role, medium })),
    ),
  );
}

export const PipelineNodeRef = builder.objectRef<GraphNode>('PipelineNode').implement({
  description: 'One use of a step in a declaration.',
  fields: (t) => ({
    name: t.exposeString('name'),
    kind: t.exposeString('kind', { description: 'source, map, select, fold or reduce.' }),
    step: t.string({ description: '`name@version`.', resolve: ({ step }) => stepId(step) }),
    dependsOn: t.stringList({
      resolve: ({ inputs }) => [...new Set(Object.values(inputs).flatMap((parts) => parts.map(({ node }) => node)))],
    }),
    resource: t.string({
      description: 'Resource class, which is the task queue.',
      resolve: ({ step }) => ('resource' in step ? step.resource : undefined) ?? 'cpu',
    }),
    params: t.field({ type: 'JSON', description: 'Of the step, with every default filled in.', resolve: ({ params }) => params }),
    models: t.field({ type: 'JSON', description: 'Names of registered models by role.', resolve: ({ models }) => models }),
    dataset: t.string({ nullable: true, description: 'source: what it reads.', resolve: ({ dataset }) => dataset ?? null }),
    fanOut: t.exposeInt('fanOut', { description: 'Outputs an item.' }),
  }),
});

export const PipelineEdgeRef = builder.objectRef<PipelineEdgeView>('PipelineEdge').implement({
  description: 'What one node hands on to another.',
  fields: (t) => ({
    from: t.exposeString('from'),
    to: t.exposeString('to'),
    role: t.exposeString('role', { description: 'The part that it plays there.' }),
    medium: t.exposeString('medium', { description: 'text, image, features, scores, decisions, checkpoint or result.' }),
  }),
});
