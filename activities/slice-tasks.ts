import { setTimeout as sleep } from 'node:timers/promises';
import type { LeasedTask } from '../engine/lineage/index.ts';
import type { TaskFeed } from './task-feed.ts';

/** Pauses before a failed task is tried again, milliseconds. Others go on meanwhile. */
const PAUSES = [250, 1_500];
/** Times that a slice tries a task that fails by its own fault. */
export const TRIES = PAUSES.length + 1;

interface Again {
  task: LeasedTask;
  at: number;
}

/** What a slice has in hand: tasks as the feed gives them, those that are to be tried again after a pause, and those that wait for what
 *  these make. */
export class SliceTasks {
  private readonly feed: TaskFeed;
  private readonly tries = new Map<number, number>();
  private readonly again: Again[] = [];
  /** Wait for inputs that an unfinished task of this unit makes. */
  private readonly blocked: LeasedTask[] = [];
  private ready: LeasedTask[] = [];
  private inHand: LeasedTask | undefined;

  constructor(feed: TaskFeed) {
    this.feed = feed;
  }

  /** The next task to work on; undefined when nothing is left that can be done now. `fresh: false`: only what was begun. Waits for pauses
   *  unless `signal` aborts. */
  async next({ fresh, signal }: { fresh: boolean; signal: AbortSignal }): Promise<LeasedTask | undefined> {
    const due = this.again.findIndex(({ at }) => at <= Date.now());
    if (due >= 0) return this.take(this.again.splice(due, 1)[0]!.task);
    const ready = this.ready.shift();
    if (ready) return this.take(ready);
    const task = fresh ? await this.feed.next() : undefined;
    if (task) return this.take(task);
    if (this.again.length === 0) return undefined;
    const first = Math.min(...this.again.map(({ at }) => at));
    await sleep(Math.max(0, first - Date.now()), undefined, { signal }).catch(() => undefined);
    return signal.aborted ? undefined : this.next({ fresh, signal });
  }

  /** The task in hand is done, or failed for good. */
  settle(): void {
    this.inHand = undefined;
  }

  /** The task in hand failed. False when it has been tried often enough; then it stays in hand. */
  tryAgain(): boolean {
    const task = this.inHand!;
    const tries = (this.tries.get(task.taskId) ?? 0) + 1;
    this.tries.set(task.taskId, tries);
    const pause = PAUSES[tries - 1];
    if (pause === undefined) return false;
    this.again.push({ task, at: Date.now() + pause });
    this.inHand = undefined;
    return true;
  }

  /** The task in hand waits for another one. */
  block(): void {
    this.blocked.push(this.inHand!);
    this.inHand = undefined;
  }

  /** A task that was tried again is done: what waited may go on. */
  unblock(): void {
    this.ready.push(...this.blocked.splice(0));
  }

  /** Whether this task has failed before in this slice. */
  isRetry({ taskId }: LeasedTask): boolean {
    return this.tries.has(taskId);
  }

  /** How many tasks wait for one that failed. */
  get waiting(): readonly LeasedTask[] {
    return this.blocked;
  }

  /** Leased and not settled: to be given back. */
  get open(): LeasedTask[] {
    const inHand = this.inHand ? [this.inHand] : [];
    return [...inHand, ...this.again.map(({ task }) => task), ...this.blocked, ...this.ready, ...this.feed.rest];
  }

  private take(task: LeasedTask): LeasedTask {
    this.inHand = task;
    return task;
  }
}
