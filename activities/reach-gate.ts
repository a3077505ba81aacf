import { setTimeout as sleep } from 'node:timers/promises';
import { HoplineError } from '../engine/plan/errors.ts';
import type { RunServices } from '../engine/runs/services.ts';

/** Between two looks whether what was out of reach is back. Milliseconds. */
const LOOK_EVERY = 500;

/** What passes without this worker: a service is away, or has no room. */
const OUTAGES = new Set(['DATABASE_UNREACHABLE', 'STORE_UNREACHABLE', 'STORE_FULL', 'DISK_FULL']);

/** Closed while this worker can't reach the database or the store, or these have no room: it takes no work then. Without it, a worker that
 *  is cut off draws all the work and fails it, again and again, while others could do it. */
export class ReachGate {
  private readonly services: Pick<RunServices, 'db' | 'store'>;
  private readonly log: (line: string) => void;
  private readonly listeners = new Set<() => void>();
  private reason: HoplineError | undefined;

  constructor(services: Pick<RunServices, 'db' | 'store'>, log: (line: string) => void) {
    this.services = services;
    this.log = log;
  }

  get isOpen(): boolean {
    return this.reason === undefined;
  }

  /** Work that was on its way to this worker when the gate closed goes to another one at once. @throws what closed the gate */
  assertOpen(): void {
    if (this.reason) throw this.reason;
  }

  /** Closes the gate when this error says that the database or the store is out of reach or full. */
  note(error: unknown): void {
    if (this.reason || !(error instanceof HoplineError) || !OUTAGES.has(error.code)) return;
    this.reason = error;
    this.log(`takes no work until it is back: ${error.message}`);
    void this.untilBack();
  }

  /** Tells when the gate opens. Returns how to stop listening. */
  onOpen(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  private async untilBack(): Promise<void> {
    const { db, store } = this.services;
    for (;;) {
      await sleep(LOOK_EVERY, undefined, { ref: false });
      try {
        await db.query('SELECT 1');
        await store.check();
        break;
      } catch (error) {
        // Reached, and refused for another reason: that is for the run to say.
        if (!(error instanceof HoplineError) || !OUTAGES.has(error.code)) break;
      }
    }
    this.reason = undefined;
    this.log('takes work again');
    for (const listener of this.listeners) listener();
  }
}
