import { versionId } from '../../read/registry-loaders.ts';
import { builder } from '../builder.ts';
import { connectionType } from '../connection-type.ts';
import { DatasetRef } from '../refs.ts';

builder.node(DatasetRef, {
  description: 'A registered dataset: one version of it.',
  id: { resolve: versionId },
  loadOne: (id, { loaders }) => loaders.dataset(id),
  isTypeOf: (value) => typeof value === 'object' && value !== null && 'reader' in value && 'rows' in value,
  fields: (t) => ({
    name: t.exposeString('name'),
    digest: t.field({ type: 'Digest', resolve: (dataset) => dataset.digest }),
    reader: t.exposeString('reader'),
    params: t.field({ type: 'JSON', resolve: (dataset) => dataset.params }),
    rows: t.exposeInt('rows'),
    registeredAt: t.field({ type: 'DateTime', resolve: (dataset) => dataset.registeredAt }),
  }),
});

export const DatasetConnection = connectionType('Dataset', DatasetRef);
