import { builder } from '../builder.ts';
import { CheckpointRef, ImpactRef, MetricRef } from '../refs.ts';

builder.objectType(ImpactRef, {
  description: 'Everything downstream of one thing, counted.',
  fields: (t) => ({
    samples: t.exposeInt('samples', { description: 'Derived samples over all hops, counted up to 10,000.' }),
    scores: t.exposeInt('scores'),
    decisions: t.exposeInt('decisions'),
    checkpoints: t.field({
      type: [CheckpointRef],
      description: 'The last state of every fold.',
      resolve: (impact) => impact.checkpoints.map(({ key, ...use }) => ({ checkpoint: key, ...use })),
    }),
    metrics: t.field({ type: [MetricRef], resolve: (impact) => impact.metrics }),
    runs: t.exposeStringList('runs', { description: 'Run ids, newest first.' }),
    truncated: t.exposeBoolean('truncated', {
      description: 'There are more than 10,000 samples, outcomes, metrics or runs: the rest, and what hangs on it, is missing.',
    }),
  }),
});
