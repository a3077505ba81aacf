import type { AttemptCounts } from '../../../engine/lineage/index.ts';
import { builder } from '../builder.ts';

const TaskCountsRef = builder.objectRef<AttemptCounts['tasks']>('TaskCounts').implement({
  description: 'Tasks by state.',
  fields: (t) => ({
    pending: t.exposeInt('pending'),
    running: t.exposeInt('running'),
    committed: t.exposeInt('committed'),
    failed: t.exposeInt('failed'),
  }),
});

const OutcomeCountsRef = builder.objectRef<AttemptCounts['attempts']>('OutcomeCounts').implement({
  description: 'Attempts by how they ended.',
  fields: (t) => ({
    committed: t.exposeInt('committed'),
    superseded: t.exposeInt('superseded', {
      description: 'Somebody else took the task over: their worker had died or fallen silent.',
    }),
    failed: t.exposeInt('failed'),
    released: t.exposeInt('released', { description: 'Given back unspent, as on a pause or shutdown.' }),
    open: t.exposeInt('open', { description: 'At work, or not yet taken over from a worker that died.' }),
  }),
});

export const AttemptCountsRef = builder.objectRef<AttemptCounts>('AttemptCounts').implement({
  description: "How often one node's tasks were tried.",
  fields: (t) => ({
    node: t.exposeString('node'),
    tasks: t.field({ type: TaskCountsRef, resolve: (counts) => counts.tasks }),
    attempts: t.field({ type: OutcomeCountsRef, resolve: (counts) => counts.attempts }),
    tasksCommittedTwice: t.exposeInt('tasksCommittedTwice', { description: 'Always 0: a commit is fenced.' }),
    tasksStartedAfterCommit: t.exposeInt('tasksStartedAfterCommit', {
      description: 'Tasks that were started again after they had been committed. Always 0: finished work is never repeated.',
    }),
  }),
});
