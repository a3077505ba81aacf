import { crashPoint } from '../engine/faults/crash-point.ts';
import { commitTasks, type Db, type TaskCommit, type TaskOutcome } from '../engine/lineage/index.ts';
import { HoplineError } from '../engine/plan/errors.ts';

/** How long after the last transaction the next one leaves, so that short tasks share one: it is some fifteen statements however many tasks
 *  are in it, and on its own costs a task of 20 ms a seventh of its time. A task that takes longer is committed at once. Milliseconds. Chosen
 *  by `bench workload-w 1000`; a `kill -9` costs what was finished within it. */
const SPACING = 50;

interface Waiting {
  commit: TaskCommit;
  resolve(outcome: TaskOutcome['outcome']): void;
  reject(error: unknown): void;
}

/** Group commit for a worker: while one transaction is on its way, the tasks that finish meanwhile, of whichever slice, wait for the next
 *  one together. Each is committed in its own right, and in the order of their adding, so a child is never committed before its parent. */
export class GroupCommitter {
  private readonly db: Db;
  private waiting: Waiting[] = [];
  private flushing = false;
  private leftAt = 0;
  private leave = (): void => undefined;
  private readonly spacing: number;

  /** `spacing`: for tests. Milliseconds. */
  constructor(db: Db, spacing = SPACING) {
    this.db = db;
    this.spacing = spacing;
  }

  /** What waits leaves at once: somebody has nothing left to do but to wait for it. */
  hurry(): void {
    this.leave();
  }

  commit(commit: TaskCommit): Promise<TaskOutcome['outcome']> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ commit, resolve, reject });
      if (!this.flushing) void this.flush();
    });
  }

  private async flush(): Promise<void> {
    this.flushing = true;
    while (this.waiting.length > 0) {
      await this.spaced();
      this.leftAt = performance.now();
      const group = this.waiting;
      this.waiting = [];
      // A commit that the database refuses must not take its neighbours with it: then each goes alone.
      if (!(await this.settle(group, group.length === 1))) for (const one of group) await this.settle([one], true);
    }
    this.flushing = false;
  }

  private async spaced(): Promise<void> {
    const pause = this.leftAt + this.spacing - performance.now();
    if (pause <= 0 || this.leftAt === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, pause);
      this.leave = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.leave = () => undefined;
  }

  /** False when the transaction failed and nobody was told. */
  private async settle(group: readonly Waiting[], last: boolean): Promise<boolean> {
    try {
      const outcomes = await commitTasks(
        this.db,
        group.map(({ commit }) => commit),
      );
      crashPoint('commit.done');
      const byTask = new Map(outcomes.map(({ taskId, outcome }) => [taskId, outcome]));
      for (const { commit, resolve } of group) resolve(byTask.get(commit.taskId) ?? 'stale');
      return true;
    } catch (error) {
      if (last) for (const { reject } of group) reject(error);
      return false;
    }
  }
}

/** A slice's side of the group commit: it goes on computing while its commits are on their way, and stops at the first that fails. */
export class CommitQueue {
  committed = 0;
  private readonly committer: GroupCommitter;
  private readonly pending = new Set<Promise<void>>();
  private readonly failing = new AbortController();

  constructor(committer: GroupCommitter) {
    this.committer = committer;
  }

  /** Aborts with the first commit that fails, the error as its reason: whoever is still computing for the slice may stop. */
  get failed(): AbortSignal {
    return this.failing.signal;
  }

  /** Returns at once. Throws what an earlier commit threw. */
  add(commit: TaskCommit): void {
    this.failed.throwIfAborted();
    const done = this.committer.commit(commit).then(
      (outcome) => {
        if (outcome === 'stale') this.fail(staleLease(commit.taskId));
        else this.committed++;
      },
      (error: unknown) => this.fail(error),
    );
    this.pending.add(done);
    void done.then(() => this.pending.delete(done));
  }

  /** Resolves when everything added is committed. Throws what a commit threw. */
  async drain(): Promise<void> {
    await this.settle();
    this.failed.throwIfAborted();
  }

  /** Resolves when nothing is on its way any more, however it ended. */
  async settle(): Promise<void> {
    if (this.pending.size > 0) this.committer.hurry();
    await Promise.all(this.pending);
  }

  private fail(error: unknown): void {
    if (!this.failed.aborted) this.failing.abort(error);
  }
}

export function staleLease(taskId: number): HoplineError {
  return new HoplineError('STALE_LEASE', `task ${taskId} must be committed by its newest attempt, got an older one`, {
    permanent: false,
  });
}
