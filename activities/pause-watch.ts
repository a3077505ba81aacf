import { getRun } from '../engine/lineage/index.ts';
import type { WorkerServices } from './worker-services.ts';

/** How often a slice asks whether its run was paused. Milliseconds. */
const PAUSE_CHECK = 500;

/** Looks at the run's state at most every PAUSE_CHECK milliseconds. */
export class PauseWatch {
  seen = false;
  private readonly services: Pick<WorkerServices, 'db'>;
  private readonly runId: string;
  private last = 0;

  constructor(services: Pick<WorkerServices, 'db'>, runId: string) {
    this.services = services;
    this.runId = runId;
  }

  async paused(): Promise<boolean> {
    if (Date.now() - this.last >= PAUSE_CHECK) {
      this.last = Date.now();
      this.seen = (await getRun(this.services.db, this.runId)).state === 'PAUSED';
    }
    return this.seen;
  }
}
