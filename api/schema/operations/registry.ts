import { findModel } from '../../../engine/lineage/models.ts';
import { countNames, datasetsPage, modelsPage } from '../../../engine/lineage/registry-pages.ts';
import { HoplineError } from '../../../engine/plan/errors.ts';
import { builder } from '../builder.ts';
import { pageArguments } from '../connection-type.ts';
import { cursorCode } from '../cursor.ts';
import { connectionOf, type PageArguments, pageSize } from '../page.ts';
import { ModelRef, PipelineRef } from '../refs.ts';
import { DatasetConnection } from '../types/dataset.ts';
import { ModelConnection } from '../types/model.ts';

builder.queryField('pipelines', (t) =>
  t.field({
    type: [PipelineRef],
    description: 'What the project declares.',
    resolve: (_root, _args, { services }) =>
      [...services.project.pipelines.values()].map((declared) => ({ name: declared.name, version: declared.version, declared })),
  }),
);

builder.queryField('datasets', (t) =>
  t.field({
    type: DatasetConnection,
    description: 'The latest of each name, by name.',
    args: pageArguments,
    resolve: async (_root, args, { services: { db } }) => ({
      ...(await byName('datasets', args, (page) => datasetsPage(db, page))),
      totalCount: () => countNames(db, 'dataset'),
    }),
  }),
);

builder.queryField('models', (t) =>
  t.field({
    type: ModelConnection,
    description: 'The latest of each name, by name.',
    args: pageArguments,
    resolve: async (_root, args, { services: { db } }) => ({
      ...(await byName('models', args, (page) => modelsPage(db, page))),
      totalCount: () => countNames(db, 'model'),
    }),
  }),
);

builder.queryField('model', (t) =>
  t.field({
    type: ModelRef,
    nullable: true,
    description: 'The latest of a name, or the version with this digest.',
    args: { name: t.arg.string({ required: true }), digest: t.arg({ type: 'Digest' }) },
    resolve: async (_root, { name, digest }, { services: { db } }) => {
      try {
        return await findModel(db, name, digest ?? undefined);
      } catch (error) {
        if (error instanceof HoplineError && error.code === 'MODEL_MISSING') return null;
        throw error;
      }
    },
  }),
);

async function byName<T extends { name: string }>(
  query: string,
  args: PageArguments,
  read: (page: { limit: number; after?: string }) => Promise<T[]>,
) {
  const code = cursorCode(query, null, ['']);
  const after = code.decode(args.after)?.[0];
  const rows = await read({ limit: pageSize(args) + 1, ...(after === undefined ? {} : { after }) });
  return connectionOf(rows, args, (row) => code.encode([row.name]));
}
