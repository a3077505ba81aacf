import {
  dropActivity,
  endWorker,
  heldActivities,
  registerWorker,
  seeWorkers,
  type WorkerFacts,
} from '../engine/lineage/index.ts';
import { isWorkerAlive } from '../engine/recovery/worker-identity.ts';
import type { WorkerServices } from './worker-services.ts';

/** How often a worker gives a sign of life and looks after its neighbours. Milliseconds. */
const LOOK_EVERY = 2_000;

type Watched = Pick<WorkerServices, 'db' | 'gate' | 'pool' | 'temporal'>;

/** Signs a worker in, and hands over what died with others on this host: Temporal would find out by a time-out, which is many times longer
 *  than looking whether the process is there. */
export class HostWatch {
  private readonly services: Watched;
  private readonly worker: WorkerFacts;
  private readonly log: (line: string) => void;
  private timer: NodeJS.Timeout | undefined;

  constructor(services: Watched, worker: WorkerFacts, log: (line: string) => void) {
    this.services = services;
    this.worker = worker;
    this.log = log;
  }

  /** Returns once what the dead wrote down is handed over: the rest needs a look at every open workflow. */
  async start(): Promise<void> {
    await registerWorker(this.services.db, this.worker);
    await this.look();
    this.timer = setInterval(() => void this.look().catch((error) => this.services.gate.note(error)), LOOK_EVERY);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await endWorker(this.services.db, this.worker.name).catch(() => undefined);
  }

  private async look(): Promise<void> {
    const { name: own, host } = this.worker;
    for (const { name, pid } of await seeWorkers(this.services.db, own, host)) {
      if (isWorkerAlive(name, pid)) continue;
      await this.takeOver(name);
      this.sweep(name).catch((error) => this.services.gate.note(error));
    }
  }

  /** Fails first and forgets then: if we die in between, the next one does it again, and Temporal refuses a token that is used up. */
  private async takeOver(dead: string): Promise<void> {
    const held = await heldActivities(this.services.db, dead);
    // Work is coming: the hosts start while Temporal deals it out.
    if (held.length > 0) this.services.pool.start().catch(() => undefined);
    for (const { taskToken, workflowId, activity } of held) {
      const told = await this.services.temporal.failover.loseActivity(
        taskToken,
        `worker ${dead} died with ${activity} of ${workflowId}`,
      );
      await dropActivity(this.services.db, taskToken);
      if (told) this.log(`${activity} of ${workflowId} is handed over: worker ${dead} has died`);
    }
    await endWorker(this.services.db, dead);
  }

  /** It may have been given work in its last moment, before it could write that down. */
  private async sweep(dead: string): Promise<void> {
    const more = await this.services.temporal.failover.loseActivitiesOf(dead, `worker ${dead} died`);
    if (more > 0) this.log(`${more} more activities of worker ${dead} are handed over`);
  }
}
