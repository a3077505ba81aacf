import { builder } from '../builder.ts';
import { DerivationRef, RunRef } from '../refs.ts';
import { KeyedInputRef } from './keyed-input.ts';

builder.objectType(DerivationRef, {
  description: 'How a sample was made: what was asked for, and who did it where.',
  fields: (t) => ({
    step: t.exposeString('step', { description: '`name@version`.' }),
    params: t.field({ type: 'JSON', resolve: (derivation) => derivation.params }),
    models: t.field({ type: 'JSON', description: 'Model digests by role.', resolve: (derivation) => derivation.models }),
    codeDigest: t.field({ type: 'Digest', resolve: (derivation) => derivation.codeDigest }),
    run: t.field({ type: RunRef, resolve: (derivation, _args, { loaders }) => loaders.run(derivation.runId) }),
    node: t.exposeString('node'),
    worker: t.exposeString('worker'),
    device: t.exposeString('device'),
    startedAt: t.field({ type: 'DateTime', resolve: (derivation) => derivation.startedAt }),
    seconds: t.float({
      description: "Its share of the task's device-seconds.",
      resolve: (derivation) => derivation.seconds / Math.max(1, derivation.items),
    }),
    batch: t.exposeInt('items', { description: 'Items of the task that made it.' }),
    inputs: t.field({
      type: [KeyedInputRef],
      description: "Whole nodes that were read, such as a teacher's checkpoint.",
      resolve: (derivation) => derivation.inputs,
    }),
  }),
});
