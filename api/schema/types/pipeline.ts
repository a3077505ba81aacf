import { paramsSchema } from '../../../engine/plan/params.ts';
import { declaredGraph } from '../../read/declared-graph.ts';
import { builder } from '../builder.ts';
import { PipelineRef } from '../refs.ts';
import { edgesOf, PipelineEdgeRef, PipelineNodeRef } from './pipeline-graph.ts';

const profile = builder.args((t) => ({ profile: t.string({ description: 'Default: the defaults of the params.' }) })).profile;

builder.objectType(PipelineRef, {
  description: 'A DAG of nodes, declared in TypeScript.',
  fields: (t) => ({
    name: t.exposeString('name'),
    version: t.exposeString('version'),
    description: t.string({ nullable: true, resolve: ({ declared }) => declared?.description ?? null }),
    params: t.field({
      type: 'JSON',
      nullable: true,
      description: 'JSON Schema of its params; null when the project does not declare it any more.',
      resolve: ({ declared }) => declared && paramsSchema(declared),
    }),
    profiles: t.stringList({
      description: 'Named sets of params: `profile` picks one.',
      resolve: ({ declared }) => Object.keys(declared?.profiles ?? {}),
    }),
    nodes: t.field({
      type: [PipelineNodeRef],
      nullable: true,
      args: { profile },
      description:
        'The DAG that it declares, in topological order; null where the project does not declare it any more, or a param has no default. `planRun` has that of other params.',
      resolve: ({ declared }, args) => {
        const graph = declared && declaredGraph(declared, args.profile);
        return graph ? [...graph.values()] : null;
      },
    }),
    edges: t.field({
      type: [PipelineEdgeRef],
      nullable: true,
      args: { profile },
      description: 'Its wires: what each node reads of which; null like `nodes`.',
      resolve: ({ declared }, args) => {
        const graph = declared && declaredGraph(declared, args.profile);
        return graph ? edgesOf(graph) : null;
      },
    }),
  }),
});
