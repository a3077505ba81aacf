import type { Db } from '../engine/lineage/index.ts';
import { type RunWish, runWishes } from '../engine/lineage/index.ts';

/** How often the runs in hand are looked at. Milliseconds: a pause or a cancellation is seen that late at most, plus a query. */
const LOOK_EVERY = 500;

interface Watched {
  slices: number;
  wish: RunWish;
  onCancel: Set<() => void>;
}

/** What users want of the runs that this worker has in hand: one query for all of them. Temporal tells cancellations too, but with its
 *  heartbeats; and a worker that has lost Temporal hears it here. */
export class RunWatch {
  private readonly db: Db;
  private readonly runs = new Map<string, Watched>();
  private timer: NodeJS.Timeout | undefined;
  private running = 0;

  constructor(db: Db) {
    this.db = db;
  }

  /** Whether other runs wait for their turn: slices are short then. */
  get isContended(): boolean {
    return this.running > 1;
  }

  isPaused(runId: string): boolean {
    return this.runs.get(runId)?.wish === 'pause';
  }

  /** Runs work on a run; `signal` aborts when its cancellation is asked for. */
  async during<T>(runId: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    const cancel = (): void => controller.abort(new Error('the run is to be cancelled'));
    const run = this.runs.get(runId) ?? { slices: 0, wish: 'go', onCancel: new Set() };
    this.runs.set(runId, run);
    run.slices++;
    run.onCancel.add(cancel);
    this.timer ??= setInterval(() => void this.look(), LOOK_EVERY);
    try {
      if (run.slices === 1) await this.look();
      if (run.wish === 'cancel') cancel();
      return await work(controller.signal);
    } finally {
      run.onCancel.delete(cancel);
      if (--run.slices === 0) this.runs.delete(runId);
      if (this.runs.size === 0) {
        clearInterval(this.timer);
        this.timer = undefined;
      }
    }
  }

  private async look(): Promise<void> {
    // Without an answer the last one stands: whoever can't ask can't commit either.
    const answer = await runWishes(this.db, [...this.runs.keys()]).catch(() => null);
    if (!answer) return;
    this.running = answer.running;
    for (const [id, wish] of answer.wishes) {
      const run = this.runs.get(id);
      if (!run) continue;
      run.wish = wish;
      if (wish === 'cancel') for (const cancel of run.onCancel) cancel();
    }
  }
}
