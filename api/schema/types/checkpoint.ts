import { builder } from '../builder.ts';
import { connectionType } from '../connection-type.ts';
import { CheckpointRef, RunRef } from '../refs.ts';

builder.objectType(CheckpointRef, {
  description: 'One state of a fold.',
  fields: (t) => ({
    key: t.field({ type: 'Digest', resolve: (use) => use.checkpoint }),
    run: t.field({ type: RunRef, resolve: (use, _args, { loaders }) => loaders.run(use.runId) }),
    node: t.exposeString('node'),
    epoch: t.exposeInt('epoch', { description: '0 is the first.' }),
  }),
});

export const CheckpointConnection = connectionType('Checkpoint', CheckpointRef);
