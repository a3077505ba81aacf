import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startEmbedded } from '../../infra/embedded/start.ts';
import { type PlannedRun, plannedRun } from '../lineage/fixtures/planned-run.ts';
import { useDatabase } from '../lineage/fixtures/use-database.ts';
import {
  commitTasks,
  condemnObjects,
  databaseTime,
  type LeasedTask,
  leaseTasks,
  migrate,
  namedObjects,
  openDb,
  registerModel,
} from '../lineage/index.ts';
import { type Digest, sha256 } from '../plan/digest.ts';
import { startS3 } from '../store/fixtures/start-s3.ts';
import { versitygwProgram } from '../store/fixtures/versitygw-program.ts';
import { openStore } from '../store/open-store.ts';
import type { ArtifactRef, Store } from '../store/store.ts';
import { collectGarbage, DAY, resumeGarbage } from './collect-garbage.ts';

const database = useDatabase(startEmbedded);

interface House {
  store: Store;
  pathOf(digest: Digest): string;
  /** What another process needs to reach it. */
  env: NodeJS.ProcessEnv;
  stop(): Promise<void>;
}

const pathIn = (root: string) => (digest: Digest) => join(root, 'objects', digest.slice(0, 2), digest.slice(2));
const kinds = [
  {
    name: 'file store',
    skip: false,
    open: async (folder: string): Promise<House> => ({
      store: openStore(pathToFileURL(folder).href),
      pathOf: pathIn(folder),
      env: {},
      stop: async () => {},
    }),
  },
  {
    name: 'S3 store',
    skip: !versitygwProgram(),
    open: async (folder: string): Promise<House> => {
      const server = await startS3({ folder });
      const { url, env, stop } = server;
      return { store: openStore(url, env), pathOf: pathIn(join(server.bucketFolder, 'store')), env, stop };
    },
  },
];

let runs = 0;

describe.each(kinds)('garbage in a $name', ({ skip, open, name }) => {
  const folder = mkdtempSync(join(tmpdir(), 'hopline-gc-'));
  let house: House;
  let store: Store;
  let run: PlannedRun;

  beforeAll(async () => {
    if (!skip) house = await open(folder);
  });
  beforeEach(async () => {
    if (skip) return;
    store = house.store;
    for await (const digest of store.list()) await store.delete(digest);
    await database.db.query('TRUNCATE condemned, run, model, dataset, sample, score, outcome, artifact CASCADE');
    run = await plannedRun(database.db, { name: `gc ${name} ${runs++}`, rows: 4, batch: 4 });
    // What the made-up run consists of shall not be missing.
    for (const digest of await namedObjects(database.db)) {
      await mkdir(dirname(house.pathOf(digest)), { recursive: true });
      writeFileSync(house.pathOf(digest), 'made up');
      age(digest);
    }
  });
  afterAll(async () => {
    await house?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const put = (words: string): Promise<ArtifactRef> => store.put(Buffer.from(words), 'text/plain');
  const age = (digest: Digest, hours = 48): void => {
    const then = new Date(Date.now() - hours * 3_600_000);
    utimesSync(house.pathOf(digest), then, then);
  };
  const old = async (words: string): Promise<ArtifactRef> => {
    const ref = await put(words);
    age(ref.digest);
    return ref;
  };
  /** An object that a model names, and that is old. */
  const named = async (words: string): Promise<Digest> => {
    const since = await databaseTime(database.db);
    const { digest } = await old(words);
    const model = {
      name: words,
      digest: sha256(`model ${words} ${runs}`),
      adapter: 'a',
      files: { 'x.onnx': digest },
      source: 't',
      size: 1,
    };
    await registerModel(database.db, { ...model, since });
    return digest;
  };
  const lease = async (): Promise<LeasedTask> => {
    const unit = { kind: 'stage', stage: 0, shard: 0 } as never;
    const [task] = await leaseTasks(database.db, { runId: run.runId, unit, worker: 'w', limit: 1 });
    return task!;
  };
  const commit = async (task: LeasedTask, artifact: ArtifactRef): Promise<string> => {
    const wanted = run.commit(task);
    const [outcome] = await commitTasks(database.db, [{ ...wanted, result: { ...wanted.result, artifact } }]);
    return outcome!.outcome;
  };
  const collect = (options = {}) => collectGarbage({ db: database.db, store }, options);

  it.skipIf(skip)('is named by kind and left alone by a dry run, then deleted; what is used or young stays', async () => {
    const used = await named('used');
    const task = await lease();
    const committed = await put('committed');
    await commit(task, committed);
    age(committed.digest);
    const young = await put('young');
    const shard = await old('PAR1 and so on');
    const page = await old('HOPPLAN\u0001');
    const state = await old('\u0010\0\0\0\0\0\0\0{"header":1}');
    const words = await old('{"result":1}');
    await database.db.query(
      `INSERT INTO artifact (digest, size, media_type, created_at) VALUES (decode($1, 'hex'), 1, 'x', now() - interval '3 days')`,
      [sha256('gone long ago')],
    );

    const found = await collect({ dryRun: true });
    expect(new Map(found.objects.map(({ digest, kind }) => [digest, kind]))).toEqual(
      new Map([
        [shard.digest, 'orphan shard'],
        [page.digest, 'old plan'],
        [state.digest, 'orphan checkpoint'],
        [words.digest, 'orphan document'],
        [sha256('gone long ago'), 'unused row'],
      ]),
    );
    expect(found.young).toEqual({ count: 1, bytes: 5 });
    expect(found.used.count).toBe((await namedObjects(database.db)).size);
    expect(found.missing).toEqual([]);
    expect(await store.has(shard.digest)).toBe(true);

    const done = await collect();
    expect(done.objects.length).toBe(5);
    expect(done.spared).toBe(0);
    for (const { digest } of [shard, page, state, words]) expect(await store.has(digest)).toBe(false);
    for (const digest of [used, committed.digest, young.digest]) expect(await store.has(digest)).toBe(true);
    expect((await collect({ dryRun: true })).objects).toEqual([]);
    expect((await collect({ olderThan: 0 })).objects).toMatchObject([{ digest: young.digest }]);
  });

  it.skipIf(skip)('takes the row of an artifact that nothing refers to any more along', async () => {
    const { digest } = await old('retired');
    await database.db.query(`INSERT INTO artifact (digest, size, media_type) VALUES (decode($1, 'hex'), 7, 'x')`, [digest]);
    expect((await collect()).objects).toMatchObject([{ digest, bytes: 7 }]);
    expect(await database.db.query(`SELECT 1 FROM artifact WHERE digest = decode($1, 'hex')`, [digest])).toEqual([]);
  });

  it.skipIf(skip)(
    'a commit that names what was deleted after its task was leased is refused; done again, it goes well',
    async () => {
      const task = await lease();
      const artifact = await old('was there before');
      await collect();
      await expect(commit(task, artifact)).rejects.toMatchObject({ code: 'OBJECT_CONDEMNED', permanent: false });
      const again = await lease();
      await put('was there before');
      expect(await commit(again, artifact)).toBe('committed');
      expect(await store.has(artifact.digest)).toBe(true);
      age(artifact.digest);
      expect((await collect()).objects).toEqual([]);
    },
  );

  it.skipIf(skip)('a model that names what was deleted after its registration began is refused', async () => {
    const since = await databaseTime(database.db);
    const { digest } = await old('weights');
    await collect();
    const model = { name: 'm', digest: sha256(`m ${runs}`), adapter: 'a', files: { w: digest }, source: 't', size: 1 };
    await expect(registerModel(database.db, { ...model, since })).rejects.toMatchObject({ code: 'OBJECT_CONDEMNED' });
    await put('weights');
    await registerModel(database.db, { ...model, since: await databaseTime(database.db) });
  });

  it.skipIf(skip)('what a collector that died had condemned is refused, until the next one has ended what it began', async () => {
    const [dead, put2, kept] = [await old('dead'), await old('put again'), await named('kept')];
    const before = await lease();
    await condemnObjects(database.db, [dead.digest, put2.digest, kept]);
    await expect(commit(before, dead)).rejects.toMatchObject({ code: 'OBJECT_CONDEMNED' });
    await new Promise((resolve) => setTimeout(resolve, 1_100)); // S3 counts in seconds
    await put('put again');
    await expect(commit(await lease(), put2)).rejects.toMatchObject({ code: 'OBJECT_CONDEMNED' });

    expect(await resumeGarbage({ db: database.db, store })).toBe(2);
    expect(await store.has(dead.digest)).toBe(false);
    expect(await store.has(kept)).toBe(true);
    expect(await resumeGarbage({ db: database.db, store })).toBe(0);
    const later = await lease();
    const { digest } = await put('put again');
    expect(await commit(later, put2)).toBe('committed');
    expect(await store.has(digest)).toBe(true);
  });

  it.skipIf(skip).each(['before', 'after'])(
    'a collector that is killed %s it deletes loses nothing, and the next one ends what it began',
    async (when) => {
      const [orphan, used] = [await old(`orphan ${when}`), await named(`used ${when}`)];
      const task = await lease();
      const program = fileURLToPath(new URL('./fixtures/dying-collector.ts', import.meta.url));
      const args = ['--import', 'tsx', program, database.url, store.url, when];
      const { signal } = spawnSync(process.execPath, args, { env: { ...process.env, ...house.env } });
      expect(signal).toBe('SIGKILL');
      expect(await store.has(orphan.digest)).toBe(when === 'before');
      expect(await store.has(used)).toBe(true);

      await put(`orphan ${when}`);
      await expect(commit(task, orphan)).rejects.toMatchObject({ code: 'OBJECT_CONDEMNED' });
      expect((await collect()).objects).toEqual([]);
      const again = await lease();
      await put(`orphan ${when}`);
      expect(await commit(again, orphan)).toBe('committed');
      expect(Buffer.from(await store.get(orphan.digest)).toString()).toBe(`orphan ${when}`);
    },
  );

  it.skipIf(skip)('two collectors do not work at once, and none on the store of another database', async () => {
    await old('x');
    let second: unknown;
    const slow = { ...store, url: store.url, objects: () => listing() } as Store;
    const listing = async function* () {
      second = await collect().catch((error) => error);
      yield* store.objects();
    };
    for (const method of ['deleteOlder', 'getRange', 'has', 'leftovers', 'removeLeftovers'] as const) {
      Object.assign(slow, { [method]: (store[method] as () => unknown).bind(store) });
    }
    await collectGarbage({ db: database.db, store: slow });
    expect(second).toMatchObject({ code: 'GC_RUNNING', permanent: false });

    const strange = await database.another(`strange_${name.length}`);
    await migrate(strange);
    const other = openDb(strange);
    await old('not theirs');
    await expect(collectGarbage({ db: other, store })).rejects.toMatchObject({ code: 'GC_STORE_MISMATCH' });
    await other.close();
    expect(await store.has(sha256('not theirs'))).toBe(true);
  });

  it.skipIf(skip || name !== 'file store')('half-written parts of dead processes are named and removed', async () => {
    const dead = spawnSync(process.execPath, ['-e', '']).pid;
    const machine = hostname().replace(/[^\w-]/g, '-');
    await mkdir(join(folder, 'parts'), { recursive: true });
    writeFileSync(join(folder, 'parts', `${machine}.${dead}.0123456789ab.part`), 'half');
    expect((await collect({ dryRun: true })).leftovers).toMatchObject([{ size: 4 }]);
    expect((await collect({ olderThan: DAY })).leftovers).toHaveLength(1);
    expect(await readdir(join(folder, 'parts'))).toEqual([]);
  });
});
