import fc from 'fast-check';
import { expect, test } from 'vitest';
import { startEmbedded } from '../../infra/embedded/start.ts';
import { commitTasks } from './commit-tasks.ts';
import { releaseTasks } from './end-attempt.ts';
import { type PlannedRun, plannedRun } from './fixtures/planned-run.ts';
import { useDatabase } from './fixtures/use-database.ts';
import { STAGE } from './fixtures/work-through.ts';
import { type LeasedTask, leaseTasks } from './lease-tasks.ts';
import { runProgress } from './run-progress.ts';

const database = useDatabase(startEmbedded);

/** An attempt at a unit, as a slice behaves: leases a chunk, commits task after task, leases the next chunk while it holds the last. */
class Attempt {
  readonly name: string;
  readonly committed: number[] = [];
  private readonly run: PlannedRun;
  private readonly chunk: number;
  private held: LeasedTask[] | undefined;
  private stopped = false;

  constructor(run: PlannedRun, name: string, chunk: number) {
    this.run = run;
    this.name = name;
    this.chunk = chunk;
  }

  get isStopped(): boolean {
    return this.stopped;
  }

  async step(): Promise<void> {
    if (this.stopped) return;
    this.held ??= await this.lease();
    if (this.held.length === 1) this.held.push(...(await this.lease(this.held[0])));
    const task = this.held.shift();
    if (!task) {
      this.stopped = true;
      return;
    }
    const [outcome] = await commitTasks(database.db, [this.run.commit(task)]);
    if (outcome!.outcome === 'stale') await this.stop();
    else if (outcome!.outcome === 'committed') this.committed.push(task.taskId);
  }

  /** Gives back what it believes to hold, as a slice does that stops. */
  async stop(): Promise<void> {
    this.stopped = true;
    await releaseTasks(database.db, this.held ?? []);
  }

  private lease(after?: LeasedTask): Promise<LeasedTask[]> {
    const { runId } = this.run;
    return leaseTasks(database.db, { runId, unit: STAGE, worker: this.name, limit: this.chunk, ...(after ? { after } : {}) });
  }
}

let runs = 0;

test('however attempts at a unit get in each other’s way, every task is committed once and the last one finishes', async () => {
  const turns = fc.array(fc.record({ who: fc.nat(2), ends: fc.boolean(), together: fc.boolean() }), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(turns, fc.integer({ min: 1, max: 5 }), async (schedule, chunk) => {
      const run = await plannedRun(database.db, { name: `protocol-${runs++}`, rows: 6, batch: 1 });
      const attempts = [0, 1, 2].map((index) => new Attempt(run, `attempt-${index}`, chunk));
      for (const { who, ends, together } of schedule) {
        if (together) await Promise.all(attempts.map((attempt) => attempt.step()));
        else if (ends && who === 0) await attempts[who]!.stop();
        else await attempts[who]!.step();
      }
      const last = new Attempt(run, 'last', chunk);
      for (let steps = 0; !last.isStopped; steps++) {
        await last.step();
        expect(steps).toBeLessThan(20);
      }
      const ids = [...attempts, last].flatMap((attempt) => attempt.committed);
      expect(ids.toSorted((a, b) => a - b)).toEqual([...new Set(ids)].toSorted((a, b) => a - b));
      const { nodes } = await runProgress(database.db, run.runId);
      expect(nodes.filter((node) => ['hop1', 'judge'].includes(node.name)).map((node) => [node.made, node.expected])).toEqual([
        [6, 6],
        [6, 6],
      ]);
      const [derivations] = await database.db.query<{ count: number }>(
        'SELECT count(*)::int AS count FROM derivation WHERE run_id = $1',
        [run.runId],
      );
      expect(derivations!.count).toBe(12);
    }),
    { numRuns: 20, seed: 20_261_121 },
  );
});
