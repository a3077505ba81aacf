import { versionId } from '../../read/registry-loaders.ts';
import { builder } from '../builder.ts';
import { connectionType } from '../connection-type.ts';
import { ModelRef } from '../refs.ts';

builder.node(ModelRef, {
  description: 'A registered model: one version of it.',
  id: { resolve: versionId },
  loadOne: (id, { loaders }) => loaders.model(id),
  isTypeOf: (value) => typeof value === 'object' && value !== null && 'adapter' in value,
  fields: (t) => ({
    name: t.exposeString('name'),
    digest: t.field({ type: 'Digest', resolve: (model) => model.digest }),
    adapter: t.exposeString('adapter'),
    files: t.field({
      type: 'JSON',
      description: 'Store digests by path inside the model folder.',
      resolve: (model) => model.files,
    }),
    bytes: t.string({ description: 'All files.', resolve: (model) => String(model.size) }),
    source: t.exposeString('source'),
    license: t.string({ nullable: true, resolve: (model) => model.licence }),
    registeredAt: t.field({ type: 'DateTime', resolve: (model) => model.registeredAt }),
  }),
});

export const ModelConnection = connectionType('Model', ModelRef);
