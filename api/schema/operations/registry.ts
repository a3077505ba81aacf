import { listDatasets, listModels } from '../../../engine/lineage/index.ts';
import { builder } from '../builder.ts';
import { listConnection } from '../page.ts';
import { DatasetRef, ModelRef, PipelineRef } from '../refs.ts';

builder.queryField('pipelines', (t) =>
  t.field({
    type: [PipelineRef],
    description: 'What the project declares.',
    resolve: (_root, _args, { services }) =>
      [...services.project.pipelines.values()].map((declared) => ({ name: declared.name, version: declared.version, declared })),
  }),
);

builder.queryField('datasets', (t) =>
  t.connection({
    type: DatasetRef,
    resolve: async (_root, args, { services }) => listConnection(await listDatasets(services.db), args),
  }),
);

builder.queryField('models', (t) =>
  t.connection({
    type: ModelRef,
    resolve: async (_root, args, { services }) => listConnection(await listModels(services.db), args),
  }),
);
