import { builder } from '../builder.ts';
import { DatasetRowRef } from '../refs.ts';

builder.objectType(DatasetRowRef, {
  description: 'Where a real sample stands in a registered dataset.',
  fields: (t) => ({
    dataset: t.exposeString('name'),
    digest: t.field({ type: 'Digest', description: 'Of the version.', resolve: (row) => row.digest }),
    index: t.exposeInt('index'),
    rowId: t.exposeString('rowId'),
    part: t.exposeString('part', { nullable: true }),
    label: t.exposeString('label', { nullable: true, description: 'What the row says that it is, where it does.' }),
  }),
});
