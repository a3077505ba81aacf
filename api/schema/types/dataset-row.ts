import { builder } from '../builder.ts';
import { DatasetRowRef } from '../refs.ts';

builder.objectType(DatasetRowRef, {
  description: 'Where a real sample stands in a registered dataset.',
  fields: (t) => ({
    dataset: t.exposeString('name'),
    index: t.exposeInt('index'),
    rowId: t.exposeString('rowId'),
    part: t.exposeString('part', { nullable: true }),
  }),
});
