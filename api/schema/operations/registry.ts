import { findModel } from '../../../engine/lineage/models.ts';
import {
  countNames,
  countVersions,
  datasetsPage,
  datasetVersionsPage,
  modelsPage,
  modelVersionsPage,
  type VersionsPage,
} from '../../../engine/lineage/registry-pages.ts';
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
    description: 'The latest of each name, by name; or all versions of one name, the latest first.',
    args: { ...pageArguments, name: t.arg.string() },
    resolve: async (_root, { name, ...args }, { services: { db } }) =>
      name == null
        ? { ...(await byName('datasets', args, (page) => datasetsPage(db, page))), totalCount: () => countNames(db, 'dataset') }
        : {
            ...(await byAge('datasets', name, args, (page) => datasetVersionsPage(db, page))),
            totalCount: () => countVersions(db, 'dataset', name),
          },
  }),
);

builder.queryField('models', (t) =>
  t.field({
    type: ModelConnection,
    description: 'The latest of each name, by name; or all versions of one name, the latest first.',
    args: { ...pageArguments, name: t.arg.string() },
    resolve: async (_root, { name, ...args }, { services: { db } }) =>
      name == null
        ? { ...(await byName('models', args, (page) => modelsPage(db, page))), totalCount: () => countNames(db, 'model') }
        : {
            ...(await byAge('models', name, args, (page) => modelVersionsPage(db, page))),
            totalCount: () => countVersions(db, 'model', name),
          },
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

async function byAge<T extends { id: number }>(
  query: string,
  name: string,
  args: PageArguments,
  read: (page: VersionsPage) => Promise<T[]>,
) {
  const code = cursorCode(query, { name }, [0]);
  const after = code.decode(args.after)?.[0];
  const rows = await read({ name, limit: pageSize(args) + 1, ...(after === undefined ? {} : { after }) });
  return connectionOf(rows, args, (row) => code.encode([row.id]));
}
