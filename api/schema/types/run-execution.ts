import type { RunExecution } from '../../../engine/lineage/index.ts';
import { builder } from '../builder.ts';

const ReasonRef = builder.enumType('ExecutionReason', {
  values: { LAUNCHED: { value: 'launched' }, RESUMED: { value: 'resumed' } } as const,
});

export const RunExecutionRef = builder.objectRef<RunExecution>('RunExecution').implement({
  description: 'One start of a run.',
  fields: (t) => ({
    number: t.exposeInt('number', { description: '0 is the launch.' }),
    reason: t.field({ type: ReasonRef, resolve: (execution) => execution.reason }),
    codeRevision: t.exposeString('codeRevision'),
    environment: t.field({ type: 'JSON', resolve: (execution) => execution.environment }),
    startedAt: t.field({ type: 'DateTime', resolve: (execution) => execution.startedAt }),
  }),
});
