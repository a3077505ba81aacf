import { builder } from '../builder.ts';
import { ModelRef } from '../refs.ts';

builder.objectType(ModelRef, {
  description: 'A registered model: one version of it.',
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
