import { builder } from '../builder.ts';
import { MetricRef, RunRef } from '../refs.ts';

builder.objectType(MetricRef, {
  description: 'A number that an evaluation measured on one checkpoint.',
  fields: (t) => ({
    run: t.field({ type: RunRef, resolve: (metric, _args, { loaders }) => loaders.run(metric.runId) }),
    node: t.exposeString('node'),
    checkpoint: t.field({ type: 'Digest', nullable: true, resolve: (metric) => metric.checkpoint }),
    name: t.exposeString('name'),
    slice: t.exposeString('slice', { description: '`all`, `explicit`, a class name ...' }),
    mode: t.exposeString('mode', { nullable: true, description: 'How the model was asked: `real`, `real+synthetic` ...' }),
    value: t.exposeFloat('value'),
    low: t.exposeFloat('low', { nullable: true, description: 'Lower end of the bootstrap interval.' }),
    high: t.exposeFloat('high', { nullable: true }),
  }),
});
