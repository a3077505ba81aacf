import { builder } from '../builder.ts';
import { DatasetRef } from '../refs.ts';

builder.objectType(DatasetRef, {
  description: 'A registered dataset: one version of it.',
  fields: (t) => ({
    name: t.exposeString('name'),
    digest: t.field({ type: 'Digest', resolve: (dataset) => dataset.digest }),
    reader: t.exposeString('reader'),
    params: t.field({ type: 'JSON', resolve: (dataset) => dataset.params }),
    rows: t.exposeInt('rows'),
    registeredAt: t.field({ type: 'DateTime', resolve: (dataset) => dataset.registeredAt }),
  }),
});
