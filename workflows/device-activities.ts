import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { DeviceActivities } from './activities.ts';
import { deviceQueue } from './queues.ts';

/** Activities of one resource class.
 *  heartbeat: bounds how late a dead worker is seen where nobody on its host takes its tasks over before; the worker beats every 2 s.
 *  startToClose 24 h: a slice is seconds, but one task (a long epoch) may take hours; the heartbeat is the real guard.
 *  No attempt limit: what can't be mended by trying again says so (non-retryable), everything else is somebody restarting something.
 *  WAIT_CANCELLATION_COMPLETED: the next attempt must not start while the old one still holds the device. */
export const deviceActivities = (resource: string, heartbeatSeconds: number): DeviceActivities =>
  proxyActivities<DeviceActivities>({
    taskQueue: deviceQueue(resource),
    heartbeatTimeout: heartbeatSeconds * 1000,
    startToCloseTimeout: '24 hours',
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '60 seconds' },
  });
