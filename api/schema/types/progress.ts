import { builder } from '../builder.ts';
import { ProgressRef } from '../refs.ts';

builder.objectType(ProgressRef, {
  description: 'How far a run is, in items over all nodes: samples, scores, epochs, results.',
  fields: (t) => ({
    total: t.int({ description: 'What the plan expects.', resolve: ({ totals }) => totals.expected }),
    done: t.int({ description: 'Committed: made or reused.', resolve: ({ totals }) => totals.made + totals.cached }),
    made: t.int({ resolve: ({ totals }) => totals.made }),
    cached: t.int({ description: 'Reused from earlier work.', resolve: ({ totals }) => totals.cached }),
    failed: t.int({ resolve: ({ totals }) => totals.failed }),
    samplesPerSecond: t.float({ description: 'Committed over the last minute.', resolve: ({ rate }) => rate }),
    etaSeconds: t.float({
      nullable: true,
      description:
        "What is left, at each node's own pace, on as many devices as were busy during the last minute. null while nothing was measured, and once the run has ended.",
      resolve: ({ etaSeconds }) => etaSeconds,
    }),
    deviceSeconds: t.float({ resolve: ({ totals }) => totals.deviceSeconds }),
  }),
});
