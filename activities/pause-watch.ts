import type { WorkerServices } from './worker-services.ts';

/** Whether a slice's run was paused while the slice was at work. */
export class PauseWatch {
  seen = false;
  private readonly services: Pick<WorkerServices, 'runWatch'>;
  private readonly runId: string;

  constructor(services: Pick<WorkerServices, 'runWatch'>, runId: string) {
    this.services = services;
    this.runId = runId;
  }

  paused(): boolean {
    this.seen ||= this.services.runWatch.isPaused(this.runId);
    return this.seen;
  }
}
