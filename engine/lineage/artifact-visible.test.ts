import { beforeAll, expect, test } from 'vitest';
import { startEmbedded } from '../../infra/embedded/start.ts';
import { sha256 } from '../plan/digest.ts';
import { adoptExisting } from './adopt-existing.ts';
import { artifactVisible } from './artifact-visible.ts';
import { plannedRun } from './fixtures/planned-run.ts';
import { useDatabase } from './fixtures/use-database.ts';
import { workThrough } from './fixtures/work-through.ts';

const database = useDatabase(startEmbedded);
let mine: number;
let other: number;
let runId: string;

beforeAll(async () => {
  const { db } = database;
  const run = await plannedRun(db, { name: 'mine', project: 'mine' });
  runId = run.runId;
  await workThrough(db, run);
  const heirs = await plannedRun(db, { name: 'other', project: 'other' });
  await adoptExisting(db, heirs.runId, 'hop1', [{ key: run.items.hop1![0]!.key, ordinal: 0 }]);
  const projects = await db.query<{ id: number; name: string }>('SELECT id, name FROM project');
  mine = projects.find(({ name }) => name === 'mine')!.id;
  other = projects.find(({ name }) => name === 'other')!.id;
});

async function digests(table: 'sample' | 'score' | 'outcome'): Promise<string[]> {
  const rows = await database.db.query<{ digest: string }>(
    `SELECT DISTINCT a.digest FROM artifact a JOIN ${table} s ON s.artifact_id = a.id JOIN derivation d ON d.id = s.derivation_id WHERE d.run_id = $1`,
    [runId],
  );
  return rows.map(({ digest }) => digest);
}

const seenBy = (project: number | null, digest: string): Promise<boolean> => artifactVisible(database.db, digest, project);

test.each(['sample', 'score', 'outcome'] as const)('what holds a %s is seen by the project whose run made it', async (table) => {
  const found = await digests(table);
  expect(found.length).toBeGreaterThan(0);
  for (const digest of found) expect([await seenBy(mine, digest), await seenBy(null, digest)]).toEqual([true, true]);
});

test.each(['sample', 'score', 'outcome'] as const)(
  'what holds a %s is closed to others, also where they reuse a sample that lies in it',
  async (table) => {
    for (const digest of await digests(table)) expect(await seenBy(other, digest)).toBe(false);
  },
);

test('one that was put before it was committed is found all the same', async () => {
  const [digest] = await digests('sample');
  await database.db.query(`UPDATE artifact SET created_at = created_at - interval '1 hour' WHERE digest = $1`, [`\\x${digest}`]);
  expect([await seenBy(mine, digest!), await seenBy(other, digest!)]).toEqual([true, false]);
});

test('a plan and its pages are the project’s own', async () => {
  const [plan] = await database.db.query<{ digest: string }>('SELECT plan_digest AS digest FROM run WHERE id = $1', [runId]);
  expect([await seenBy(mine, plan!.digest), await seenBy(other, plan!.digest)]).toEqual([true, false]);
});

test('files of models and datasets are shared; what no row names is seen by no project', async () => {
  const { db } = database;
  await db.query(
    `INSERT INTO model (name, digest, adapter, files, source, size) VALUES ('m', $1, 'a', jsonb_build_object('weights', $2::text), 's', 1)`,
    [`\\x${sha256('m')}`, sha256('weights')],
  );
  for (const project of [mine, other]) {
    expect(await seenBy(project, sha256('weights'))).toBe(true);
    expect(await seenBy(project, sha256('mine/dataset'))).toBe(true);
    expect(await seenBy(project, sha256('nothing'))).toBe(false);
  }
});
