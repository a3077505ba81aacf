import { commitTasks, type Db, type TaskCommit } from '../engine/lineage/index.ts';
import { HoplineError } from '../engine/plan/errors.ts';

/** Group commit: while one transaction is on its way, the tasks that finish meanwhile wait for the next one together. Each is committed
 *  in its own right and in order, so a child is never committed before its parent. */
export class CommitQueue {
  private readonly db: Db;
  private waiting: TaskCommit[] = [];
  private flushing: Promise<void> | null = null;
  private failure: unknown;
  committed = 0;

  constructor(db: Db) {
    this.db = db;
  }

  /** Returns at once. Throws what an earlier commit threw. */
  add(commit: TaskCommit): void {
    this.throwFailure();
    this.waiting.push(commit);
    this.flushing ??= this.flush();
  }

  /** Resolves when everything added is committed. */
  async drain(): Promise<void> {
    while (this.flushing) await this.flushing;
    this.throwFailure();
  }

  private async flush(): Promise<void> {
    try {
      while (this.waiting.length > 0) {
        const group = this.waiting;
        this.waiting = [];
        for (const { outcome, taskId } of await commitTasks(this.db, group)) {
          if (outcome === 'stale') throw staleLease(taskId);
          this.committed++;
        }
      }
    } catch (error) {
      this.failure = error;
      this.waiting = [];
    } finally {
      this.flushing = null;
    }
  }

  private throwFailure(): void {
    if (this.failure) throw this.failure;
  }
}

function staleLease(taskId: number): HoplineError {
  return new HoplineError('STALE_LEASE', `task ${taskId} must be committed by its newest attempt, got an older one`, {
    permanent: false,
  });
}
