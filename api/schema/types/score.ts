import { builder } from '../builder.ts';
import { RunRef, ScoreRef } from '../refs.ts';
import { KeyedInputRef } from './keyed-input.ts';

builder.objectType(ScoreRef, {
  description: "A teacher's word about one sample.",
  fields: (t) => ({
    key: t.field({ type: 'Digest', resolve: (score) => score.key }),
    loss: t.exposeFloat('loss', { nullable: true }),
    values: t.field({ type: 'JSON', resolve: (score) => score.values }),
    step: t.exposeString('step', { description: 'The scorer, `name@version`.' }),
    run: t.field({ type: RunRef, resolve: (score, _args, { loaders }) => loaders.run(score.runId) }),
    node: t.exposeString('node'),
    inputs: t.field({
      type: [KeyedInputRef],
      description: "Among them the teacher's checkpoint.",
      resolve: (score) => score.inputs,
    }),
  }),
});
