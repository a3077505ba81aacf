import type { RunTask } from '../../read/run-tasks.ts';
import { builder } from '../builder.ts';
import { connectionType } from '../connection-type.ts';
import { RunErrorRef } from './run-error.ts';

export const TaskStateRef = builder.enumType('TaskState', {
  values: {
    PENDING: { value: 'pending' },
    RUNNING: { value: 'running' },
    COMMITTED: { value: 'committed' },
    FAILED: { value: 'failed' },
  } as const,
});

export const TaskRef = builder.objectRef<RunTask>('Task').implement({
  description: 'The unit of work that one activity executes: a batch of a map, an epoch of a fold, a selection, a metric.',
  fields: (t) => ({
    taskId: t.string({ resolve: (task) => String(task.id) }),
    node: t.exposeString('node'),
    state: t.field({ type: TaskStateRef, resolve: (task) => task.state }),
    shard: t.exposeInt('shard'),
    first: t.exposeInt('first', { description: 'First of its items within the shard.' }),
    count: t.exposeInt('count'),
    epoch: t.exposeInt('epoch', { nullable: true }),
    attempts: t.exposeInt('attempts'),
    worker: t.exposeString('worker', { nullable: true }),
    device: t.exposeString('device', { nullable: true }),
    deviceSeconds: t.exposeFloat('deviceSeconds', { nullable: true }),
    leasedAt: t.field({ type: 'DateTime', nullable: true, resolve: (task) => task.leasedAt }),
    committedAt: t.field({ type: 'DateTime', nullable: true, resolve: (task) => task.committedAt }),
    error: t.field({ type: RunErrorRef, nullable: true, resolve: (task) => task.error }),
  }),
});

export const TaskConnection = connectionType('Task', TaskRef);
