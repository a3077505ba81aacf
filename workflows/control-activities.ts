import { proxyActivities } from '@temporalio/workflow';
import type { ControlActivities } from './activities.ts';
import { CONTROL_QUEUE } from './queues.ts';

/** startToClose 1 h: planning a million samples takes minutes; heartbeat 30 s finds a dead worker long before. */
export const controlActivities = proxyActivities<ControlActivities>({
  taskQueue: CONTROL_QUEUE,
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '30 seconds',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '60 seconds' },
});
