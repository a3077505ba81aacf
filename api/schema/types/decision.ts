import { builder } from '../builder.ts';
import { DecisionRef, RunRef } from '../refs.ts';

builder.objectType(DecisionRef, {
  description: 'Whether a selection kept a sample, and why.',
  fields: (t) => ({
    outcome: t.field({ type: 'Digest', description: 'Key of the selection.', resolve: (decision) => decision.outcome }),
    run: t.field({ type: RunRef, resolve: (decision, _args, { loaders }) => loaders.run(decision.runId) }),
    node: t.exposeString('node'),
    kept: t.exposeBoolean('kept'),
    rank: t.exposeInt('rank', { description: 'As the selection counts: 0 is the best.' }),
    threshold: t.exposeFloat('threshold', {
      nullable: true,
      description: 'The score at which the line was drawn, where there is one.',
    }),
    reason: t.exposeString('reason', { description: 'In words.' }),
  }),
});
