import { setTimeout as sleep } from 'node:timers/promises';
import type { CrashPoint } from '../../engine/faults/crash-point.ts';
import type { PointFault } from './fault.ts';
import type { Hit } from './fault-folder.ts';
import type { Scene } from './scene.ts';

const EVERY = 20;

/** Arms crash points, sees who came by, and lets those go on that were stopped. */
export class CrashWatch {
  readonly #scene: Scene;
  readonly #armed = new Map<CrashPoint, PointFault>();
  readonly #holding = new Set<Promise<void>>();
  #seen = 0;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  arm(fault: PointFault): void {
    this.#armed.set(fault.point, fault);
    this.#scene.home.faults.arm(fault.point, fault.kind === 'cut' ? 'stop' : fault.kind);
  }

  /** Whether the fault is armed and nobody came by yet. */
  waits(point: CrashPoint): boolean {
    return this.#armed.has(point);
  }

  disarm(point: CrashPoint): void {
    if (this.#scene.home.faults.disarm(point)) this.#armed.delete(point);
  }

  async watch(signal: AbortSignal): Promise<void> {
    for (; !signal.aborted; await sleep(EVERY)) this.look();
    this.look();
    await Promise.all(this.#holding);
  }

  look(): void {
    const hits = this.#scene.home.faults.hits();
    for (const hit of hits.slice(this.#seen)) {
      const fault = this.#armed.get(hit.point);
      this.#armed.delete(hit.point);
      if (fault) this.#scene.struck({ fault, at: hit.at, whom: `pid ${hit.pid}` });
      if (hit.action !== 'stop') continue;
      const holding = this.#hold(hit, fault).finally(() => this.#holding.delete(holding));
      this.#holding.add(holding);
    }
    this.#seen = hits.length;
  }

  /** Resolves when nobody is held any more. */
  async released(): Promise<void> {
    await Promise.all(this.#holding);
  }

  async #hold(hit: Hit, fault: PointFault | undefined): Promise<void> {
    await sleep(fault?.hold ?? 0);
    if (fault?.kind === 'cut') await this.#cut();
    try {
      process.kill(hit.pid, 'SIGCONT');
    } catch {
      // somebody else has killed it meanwhile
    }
  }

  /** The connection of a process that is stopped in a transaction is the one that is idle there. */
  async #cut(): Promise<void> {
    try {
      const cut = await this.#scene.attendant
        .db()
        .query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle in transaction' AND pid <> pg_backend_pid()`,
        );
      this.#scene.home.log(`cut ${cut.length} connections`);
    } catch (error) {
      this.#scene.home.log(`nothing to cut: ${(error as Error).message}`);
    }
  }
}
