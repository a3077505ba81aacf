import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { commitTasks } from '../../engine/lineage/commit-tasks.ts';
import { plannedRun } from '../../engine/lineage/fixtures/planned-run.ts';
import { useDatabase } from '../../engine/lineage/fixtures/use-database.ts';
import { STAGE } from '../../engine/lineage/fixtures/work-through.ts';
import { leaseTasks } from '../../engine/lineage/lease-tasks.ts';
import { openStore } from '../../engine/store/open-store.ts';
import { startEmbedded } from '../../infra/embedded/start.ts';
import { checkGarbage, checkStore } from './check-store.ts';

const database = useDatabase(startEmbedded);
const folder = mkdtempSync(join(tmpdir(), 'hopline-check-store-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('an object that no row names is an orphan, a row without its object is broken, and the collector must name just the orphan', async () => {
  const store = openStore(`file://${folder}`);
  const run = await plannedRun(database.db, { name: 'check-store' });
  const [task] = await leaseTasks(database.db, { runId: run.runId, unit: STAGE, worker: 'w', limit: 1 });
  const commit = run.commit(task!);
  const [used, orphan] = [await store.put(Buffer.from('used'), 'text/plain'), await store.put(Buffer.from('left'), 'text/plain')];
  const lost = (await checkStore(database.db, store, new Set())).broken;
  await commitTasks(database.db, [{ ...commit, result: { ...commit.result, artifact: used } }]);

  const check = await checkStore(database.db, store, new Set());
  expect(check).toMatchObject({ objects: 2, orphans: [orphan.digest], broken: lost });

  const said = (...digests: string[]): string =>
    JSON.stringify({ objects: digests.map((digest) => ({ digest, kind: 'orphan file' })), leftovers: [], missing: [] });
  expect(checkGarbage(said(orphan.digest), check)).toEqual([]);
  expect(checkGarbage(said(), check)).toEqual([`gc must name every orphan, got not ${orphan.digest}`]);
  expect(checkGarbage(said(orphan.digest, used.digest), check)).toEqual([
    `gc must name nothing that is referred to, got ${used.digest}`,
  ]);

  await store.delete(used.digest);
  expect((await checkStore(database.db, store, new Set())).broken).toEqual([...lost, used.digest]);
  expect(await checkStore(database.db, store, new Set([used.digest]))).toMatchObject({ broken: lost, spoilt: [used.digest] });
});
