import type { Db, TaskCommit, TaskOutcome } from '../engine/lineage/index.ts';
import type { Tracing } from '../engine/telemetry/tracing.ts';
import { GroupCommitter } from './commit-queue.ts';

/** Group commits with a span a task: its wait for the transaction and the transaction itself. */
export class TracedCommitter extends GroupCommitter {
  readonly #tracing: Tracing;

  constructor(db: Db, tracing: Tracing) {
    super(db);
    this.#tracing = tracing;
  }

  override commit(commit: TaskCommit): Promise<TaskOutcome['outcome']> {
    const attributes = { 'hopline.run': commit.runId, 'hopline.node': commit.nodeName, 'hopline.task': commit.taskId };
    return this.#tracing.span(
      'commit task',
      async (span) => {
        const outcome = await super.commit(commit);
        span.setAttribute('hopline.outcome', outcome);
        return outcome;
      },
      { attributes },
    );
  }
}
