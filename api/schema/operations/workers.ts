import { listWorkers, type WorkerRow } from '../../../engine/lineage/index.ts';
import { builder } from '../builder.ts';

const HeldActivityRef = builder.objectRef<WorkerRow['inHand'][number]>('HeldActivity').implement({
  fields: (t) => ({
    activity: t.exposeString('activity'),
    workflowId: t.exposeString('workflowId', { description: '`run/ID`, and what of the run.' }),
    startedAt: t.field({ type: 'DateTime', resolve: (held) => new Date(held.startedAt) }),
  }),
});

const WorkerRef = builder.objectRef<WorkerRow>('Worker').implement({
  description: 'A worker process that has signed in and not been signed out.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'No other process ever has it.' }),
    host: t.exposeString('host'),
    pid: t.exposeInt('pid'),
    buildId: t.exposeString('buildId'),
    devices: t.exposeStringList('devices'),
    resources: t.exposeStringList('resources', { description: 'Resource classes that it serves.' }),
    startedAt: t.field({ type: 'DateTime', resolve: (worker) => worker.startedAt }),
    seenAt: t.field({
      type: 'DateTime',
      description: 'Its last sign of life; it gives one every two seconds.',
      resolve: (worker) => worker.seenAt,
    }),
    inHand: t.field({
      type: [HeldActivityRef],
      description: 'Of runs that the token sees.',
      resolve: (worker) => worker.inHand,
    }),
  }),
});

builder.queryField('workers', (t) =>
  t.field({
    type: [WorkerRef],
    description: 'The longest-serving first.',
    resolve: (_root, _args, { services, visibility }) => listWorkers(services.db, visibility),
  }),
);
