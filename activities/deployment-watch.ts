import { setTimeout as sleep } from 'node:timers/promises';
import { getRun, isFinished, knownBuilds, type WorkerFacts } from '../engine/lineage/index.ts';
import type { WorkerServices } from './worker-services.ts';

/** How often runs are looked for whose build no worker serves any more. Milliseconds. */
const LOOK_EVERY = 30_000;
/** A build is known to Temporal once a worker of it has polled. Milliseconds between tries, and how many. */
const POLLED_AFTER = 50;
const MOST_TRIES = 400;

type Watched = Pick<WorkerServices, 'db' | 'temporal'>;

/** Runs are pinned to the build of the workflow code that they began with. A build that is new, or the only one with workers, takes the new
 *  runs; and a run whose build has no worker left is started anew with the build of now, which finds everything committed. */
export class DeploymentWatch {
  private readonly services: Watched;
  private readonly worker: WorkerFacts;
  private readonly log: (line: string) => void;
  private timer: NodeJS.Timeout | undefined;

  constructor(services: Watched, worker: WorkerFacts, log: (line: string) => void) {
    this.services = services;
    this.worker = worker;
    this.log = log;
  }

  /** To be called when the workers poll. */
  async start(): Promise<void> {
    await this.takeNewRuns();
    const look = (): void =>
      void this.adoptRuns().catch((error: Error) => this.log(`looking for orphaned runs: ${error.message}`));
    look();
    this.timer = setInterval(look, LOOK_EVERY);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async takeNewRuns(): Promise<void> {
    const { deployment } = this.services.temporal;
    const { buildId } = this.worker;
    const current = await deployment.currentBuild();
    if (current === buildId) return;
    const { live, isNew } = await knownBuilds(this.services.db, this.worker);
    if (current !== null && !isNew && live.has(current)) {
      this.log(`build ${current} takes new runs; this worker serves those of its own build ${buildId}`);
      return;
    }
    for (let tries = 1; ; tries++) {
      try {
        await deployment.makeCurrent(buildId);
        if (current !== null) this.log(`new runs go to build ${buildId}, not ${current}`);
        return;
      } catch (error) {
        if (tries === MOST_TRIES) throw error;
        await sleep(POLLED_AFTER);
      }
    }
  }

  private async adoptRuns(): Promise<void> {
    const { deployment } = this.services.temporal;
    if ((await deployment.currentBuild()) !== this.worker.buildId) return;
    const { live } = await knownBuilds(this.services.db, this.worker);
    for (const { runId, buildId } of await deployment.openRuns()) {
      if (buildId === null || live.has(buildId)) continue;
      await this.startAnew(runId, buildId);
    }
  }

  private async startAnew(runId: string, buildId: string): Promise<void> {
    const { temporal, db } = this.services;
    const run = await getRun(db, runId).catch(() => null);
    if (!run || isFinished(run.state)) return;
    if (!(await temporal.deployment.terminate(runId, `no worker serves build ${buildId} any more`))) return;
    await temporal.start({ runId, priority: run.priority, project: run.project });
    this.log(`run ${runId} goes on with build ${this.worker.buildId}: no worker serves ${buildId} any more`);
  }
}
