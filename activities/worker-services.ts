import type { DevicePool } from '../engine/compute/device-pool.ts';
import type { RunServices } from '../engine/runs/services.ts';
import type { GroupCommitter } from './commit-queue.ts';
import type { ReachGate } from './reach-gate.ts';
import type { RunContexts } from './run-context.ts';
import type { RunWatch } from './run-watch.ts';

/** What activities work with. One a worker process. */
export interface WorkerServices extends Pick<RunServices, 'db' | 'store' | 'project' | 'temporal'> {
  pool: DevicePool;
  committer: GroupCommitter;
  /** Closed while the database or the store is out of reach. */
  gate: ReachGate;
  /** Shared by all queues: a plan and its pages are read once a worker. */
  contexts: RunContexts;
  /** Pauses and cancellations of the runs in hand. */
  runWatch: RunWatch;
  /** Host, pid and start: who holds a lease. */
  worker: string;
  /** How long one activity works through short tasks, seconds. Alone 10: the cost of an activity (13-16 ms on the embedded server) is then
   *  far below a percent, and a pause or a shutdown never waits for it, since both are looked at between tasks. While several runs want to
   *  get on, 0.5: Temporal deals out activities fairly, so an activity must be of one size, whoever it belongs to. */
  sliceSeconds(): number;
  /** True from SIGTERM on: finish the batch in hand, commit, start nothing. */
  draining(): boolean;
}
