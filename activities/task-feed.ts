import type { LeasedTask } from '../engine/lineage/index.ts';

/** Leases up to `limit` tasks that come after the one that is given, or the first ones. */
export type LeaseChunk = (limit: number, after: LeasedTask | undefined) => Promise<LeasedTask[]>;

/** A unit's open tasks in the order to run them, leased in chunks: a slice that has time for three tasks doesn't lease three thousand.
 *
 *  The next chunk is leased when the last task of the one before is handed out, while that task is still held: the lease says so, and a
 *  slice that was taken over leases nothing more (`Lease.after`). Two attempts at a unit can't hold each other up for ever: whichever
 *  leased later holds every open task of the other, so the other commits nothing more, and stops at its first commit, at its next look at
 *  the lease or at the answer to its heartbeat. */
export class TaskFeed {
  private readonly lease: LeaseChunk;
  private readonly size: () => number;
  private readonly onChunk: (chunk: LeasedTask[]) => Promise<void>;
  private chunk: LeasedTask[] = [];
  private begun = false;
  private exhausted = false;

  /** `size`: how many tasks to lease now. `onChunk` is told before the first of them is handed out. */
  constructor(lease: LeaseChunk, size: () => number, onChunk: (chunk: LeasedTask[]) => Promise<void> = async () => undefined) {
    this.lease = lease;
    this.size = size;
    this.onChunk = onChunk;
  }

  /** The next task; undefined when nothing is left to lease. */
  async next(): Promise<LeasedTask | undefined> {
    if (!this.begun) await this.refill(undefined);
    const task = this.chunk.shift();
    if (task && this.chunk.length === 0) {
      try {
        await this.refill(task);
      } catch (error) {
        this.chunk.unshift(task);
        throw error;
      }
    }
    return task;
  }

  /** Leased and not handed out. */
  get rest(): readonly LeasedTask[] {
    return this.chunk;
  }

  /** Whether nothing was left to lease but what has been leased. */
  get isExhausted(): boolean {
    return this.exhausted;
  }

  private async refill(after: LeasedTask | undefined): Promise<void> {
    this.begun = true;
    if (this.exhausted) return;
    const limit = this.size();
    const leased = await this.lease(limit, after);
    this.exhausted = leased.length < limit;
    this.chunk.push(...leased);
    if (leased.length > 0) await this.onChunk(leased);
  }
}
