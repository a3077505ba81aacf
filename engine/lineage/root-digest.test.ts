import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { startEmbedded } from '../../infra/embedded/start.ts';
import { sha256 } from '../plan/digest.ts';
import { adoptExisting } from './adopt-existing.ts';
import { commitTasks } from './commit-tasks.ts';
import { plannedRun } from './fixtures/planned-run.ts';
import { useDatabase } from './fixtures/use-database.ts';
import { STAGE, workThrough } from './fixtures/work-through.ts';
import { leaseTasks } from './lease-tasks.ts';
import { nodeRows } from './node-rows.ts';
import { rootDigest } from './root-digest.ts';

describe('rootDigest', () => {
  const database = useDatabase(startEmbedded);
  const emptied = () =>
    database.db.query(
      'TRUNCATE project, sample, score, dataset, artifact, training_set, training_set_member, edge, node_sample, node_score, node_outcome CASCADE',
    );

  test('does not depend on the order of commits, on their grouping, or on attempts that were lost', async () => {
    const digests = new Set<string>();
    const orders = fc.record({
      order: fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
      group: fc.integer({ min: 1, max: 5 }),
      lost: fc.integer({ min: 0, max: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(orders, async ({ order, group, lost }) => {
        await emptied();
        const run = await plannedRun(database.db, { name: 'ordered', rows: 12, batch: 2, hops: 2 });
        for (let attempt = 0; attempt < lost; attempt++)
          await leaseTasks(database.db, { runId: run.runId, unit: STAGE, worker: 'lost' });
        const tasks = await leaseTasks(database.db, { runId: run.runId, unit: STAGE, worker: 'w' });
        const rank = { hop1: 0, hop2: 1, judge: 2 } as Record<string, number>;
        const shuffled = tasks
          .map((task) => ({ task, at: rank[task.node]! + (order.next().value as number) }))
          .sort((a, b) => a.at - b.at);
        for (let from = 0; from < shuffled.length; from += group) {
          await commitTasks(
            database.db,
            shuffled.slice(from, from + group).map(({ task }) => run.commit(task, { seconds: order.next().value as number })),
          );
        }
        await workThrough(database.db, run, [{ node: 'keep' }, { node: 'student' }, { node: 'report' }]);
        digests.add(await rootDigest(database.db, run.runId));
        expect(digests.size).toBe(1);
      }),
      { numRuns: 12 },
    );
  });

  test('is the same for a run that found everything, and another when one content differs', async () => {
    await emptied();
    const made = await plannedRun(database.db, { name: 'same' });
    await workThrough(database.db, made);
    const found = await plannedRun(database.db, { name: 'same' });
    for (const node of found.plan.nodes) {
      const members = found.items[node.name] ?? (node.stateKeys ?? [node.key]).map((key, ordinal) => ({ key, ordinal }));
      await adoptExisting(database.db, found.runId, node.name, members);
    }
    expect(await rootDigest(database.db, found.runId)).toBe(await rootDigest(database.db, made.runId));
    await database.db.query(`UPDATE sample SET content_digest = $1 WHERE key = $2`, [
      `\\x${sha256('other')}`,
      `\\x${made.items.hop1![3]!.key}`,
    ]);
    expect(await rootDigest(database.db, found.runId)).not.toBe(await rootDigest(database.db, await anotherRun()));
  });

  async function anotherRun(): Promise<string> {
    await emptied();
    const run = await plannedRun(database.db, { name: 'same' });
    await workThrough(database.db, run);
    return run.runId;
  }

  test('can be computed by hand from keys and contents', async () => {
    await emptied();
    const run = await plannedRun(database.db, { name: 'by-hand', rows: 3, maxFailures: 1 });
    const failed = run.items.hop1![1]!.key;
    const [task] = await leaseTasks(database.db, { runId: run.runId, unit: STAGE, worker: 'w', limit: 1 });
    await commitTasks(database.db, [run.commit(task!, { failed: [failed] })]);
    const nodeDigest = (lines: string[]) => sha256(lines.sort().join(''));
    const roots = (await nodeRows(database.db, run.runId, [{ node: 'source', medium: 'text' }])).map(
      ({ key }) => `${key} ${key}\n`,
    );
    const hop1 = run.items.hop1!.map(({ key }) => `${key} ${key === failed ? 'failed' : sha256(`made ${key.slice(0, 8)}`)}\n`);
    const nodes = {
      source: nodeDigest(roots),
      hop1: nodeDigest(hop1),
      judge: sha256(''),
      keep: sha256(''),
      student: sha256(''),
      report: sha256(''),
    };
    const root = createHash('sha256');
    for (const [name, digest] of Object.entries(nodes).sort()) root.update(`${name} ${digest}\n`);
    expect(await rootDigest(database.db, run.runId)).toBe(root.digest('hex'));
  });
});
