import { setTimeout as sleep } from 'node:timers/promises';
import { getRun, isFinished, knownBuilds, lastBuild, type WorkerFacts } from '../engine/lineage/index.ts';
import { isWorkerAlive } from '../engine/recovery/worker-identity.ts';
import type { WorkerServices } from './worker-services.ts';

/** How often runs are looked for whose build no worker serves any more. Milliseconds. */
const LOOK_EVERY = 30_000;
/** A build is known to Temporal once a worker of it has polled. Milliseconds between tries; how many of them are so close; then. */
const POLLED_AFTER = 50;
const CLOSE_TRIES = 400;
const STILL_UNKNOWN = 2_000;

type Watched = Pick<WorkerServices, 'db' | 'temporal'>;

/** Runs are pinned to the build of the workflow code that they began with. A build that is new, or the only one with workers, takes the new
 *  runs; and a run whose build has no worker left is started anew with the build of now, which finds everything committed. */
export class DeploymentWatch {
  private readonly services: Watched;
  private readonly worker: WorkerFacts;
  private readonly log: (line: string) => void;
  private timer: NodeJS.Timeout | undefined;
  private readonly stopped = new AbortController();

  constructor(services: Watched, worker: WorkerFacts, log: (line: string) => void) {
    this.services = services;
    this.worker = worker;
    this.log = log;
  }

  /** To be called when the workers poll. */
  async start(): Promise<void> {
    for (let said = ''; !this.stopped.signal.aborted; await this.pause(STILL_UNKNOWN)) {
      try {
        await this.takeNewRuns();
        break;
      } catch (error) {
        const { message } = error as Error;
        if (message !== said) this.log(`which build takes new runs is asked again: ${message}`);
        said = message;
      }
    }
    if (this.stopped.signal.aborted) return;
    const look = (): void =>
      void this.adoptRuns().catch((error: Error) => this.log(`looking for orphaned runs: ${error.message}`));
    look();
    this.timer = setInterval(look, LOOK_EVERY);
  }

  stop(): void {
    this.stopped.abort();
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
    // Without end: a build that isn't current gets no runs, and a server in trouble may take minutes to register one.
    for (let tries = 1; !this.stopped.signal.aborted; tries++) {
      try {
        await deployment.makeCurrent(buildId);
        if (current !== null) this.log(`new runs go to build ${buildId}, not ${current}`);
        return;
      } catch (error) {
        if (tries === CLOSE_TRIES)
          this.log(`build ${buildId} gets no new runs yet, asks on: Temporal says ${(error as Error).message}`);
        await this.pause(tries < CLOSE_TRIES ? POLLED_AFTER : STILL_UNKNOWN);
      }
    }
  }

  /** Ends early when the worker leaves. */
  private pause(milliseconds: number): Promise<void> {
    return sleep(milliseconds, undefined, { signal: this.stopped.signal }).catch(() => undefined);
  }

  private async adoptRuns(): Promise<void> {
    const { deployment } = this.services.temporal;
    if ((await deployment.currentBuild()) !== this.worker.buildId) return;
    const { live } = await knownBuilds(this.services.db, this.worker);
    for (const { runId, buildId } of await deployment.openRuns()) {
      if (buildId === null || live.has(buildId)) continue;
      await startAnew(this.services, runId, `no worker serves build ${buildId} any more`, this.log);
    }
  }
}

/** Without Worker Deployments, as in the embedded mode with its one worker: runs that the workers of another build have begun are started
 *  anew when none of those is left. To be called before the worker signs in, so that the next one does it again if we die in between. */
export async function startAnewAfterUpgrade(services: Watched, own: WorkerFacts, log: (line: string) => void): Promise<void> {
  const before = await lastBuild(services.db, own.name);
  if (before === null || before.buildId === own.buildId) return;
  if (before.workers.some(({ name, pid, host }) => host !== own.host || isWorkerAlive(name, pid))) {
    log(
      `a worker of build ${before.buildId} is at work beside this one of build ${own.buildId}: HOPLINE_WORKER_VERSIONING=on keeps their runs apart`,
    );
    return;
  }
  for (const { runId } of await services.temporal.deployment.openRuns())
    await startAnew(services, runId, `the workflow code was ${before.buildId} and is ${own.buildId}`, log);
}

/** A new execution of the run's workflow: what is committed is found again. */
async function startAnew({ db, temporal }: Watched, runId: string, why: string, log: (line: string) => void): Promise<void> {
  const run = await getRun(db, runId).catch(() => null);
  if (!run || isFinished(run.state)) return;
  if (!(await temporal.deployment.terminate(runId, why))) return;
  await temporal.start({ runId, priority: run.priority, project: run.project });
  log(`run ${runId} is started anew: ${why}`);
}
