import { paramsSchema } from '../../../engine/plan/params.ts';
import { builder } from '../builder.ts';
import { PipelineRef } from '../refs.ts';

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
  }),
});
