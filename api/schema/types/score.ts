import { builder } from '../builder.ts';
import { RunRef, ScoreRef } from '../refs.ts';
import { KeyedInputRef } from './keyed-input.ts';

builder.objectType(ScoreRef, {
  description: "A teacher's word about one sample.",
  fields: (t) => ({
    key: t.field({ type: 'Digest', resolve: (score) => score.key }),
    loss: t.exposeFloat('loss', { nullable: true, description: 'null when the scorer failed.' }),
    values: t.field({
      type: 'JSON',
      description: 'Further numbers, such as log-probabilities by class.',
      resolve: (score) => score.values,
    }),
    rank: t.int({
      nullable: true,
      description: 'Among the scores of the same real sample in the same node: 0 is the lowest loss. null for a failed one.',
      resolve: async (score, _args, { loaders }) => (await loaders.scoreRank(score.id))?.rank ?? null,
    }),
    rankedAmong: t.int({
      nullable: true,
      description: 'How many these are.',
      resolve: async (score, _args, { loaders }) => (await loaders.scoreRank(score.id))?.of ?? null,
    }),
    teacher: t.field({
      type: 'Digest',
      nullable: true,
      description: 'The checkpoint that judged it; null for a scorer that reads none.',
      resolve: (score) => score.teacher,
    }),
    source: t.exposeString('source', {
      nullable: true,
      description: "Which of the teacher's states: the scorer's param `source`, where it has one.",
    }),
    failed: t.exposeString('failed', { nullable: true, description: 'Why there is none.' }),
    step: t.exposeString('step', { description: 'The scorer, `name@version`.' }),
    run: t.field({ type: RunRef, resolve: (score, _args, { loaders }) => loaders.run(score.runId) }),
    node: t.exposeString('node'),
    inputs: t.field({
      type: [KeyedInputRef],
      description: "Whole nodes that the scorer read, among them the teacher's checkpoint.",
      resolve: (score) => score.inputs,
    }),
  }),
});
