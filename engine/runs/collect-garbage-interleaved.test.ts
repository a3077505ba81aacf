import { mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { startEmbedded } from '../../infra/embedded/start.ts';
import { type PlannedRun, plannedRun } from '../lineage/fixtures/planned-run.ts';
import { useDatabase } from '../lineage/fixtures/use-database.ts';
import { commitTasks, type Db, leaseTasks, namedAmong, namedObjects } from '../lineage/index.ts';
import { type Digest, sha256 } from '../plan/digest.ts';
import { openStore } from '../store/open-store.ts';
import type { Store, StoredObject } from '../store/store.ts';
import { resumeGarbage, sweep } from './collect-garbage.ts';
import { Turns } from './fixtures/turns.ts';

const database = useDatabase(startEmbedded);
const folder = mkdtempSync(join(tmpdir(), 'hopline-gc-'));
const store = openStore(pathToFileURL(folder).href);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const pathOf = (digest: Digest): string => join(folder, 'objects', digest.slice(0, 2), digest.slice(2));
/** Every object counts as old: what is promised doesn't hang on its age. */
const soon = (): Date => new Date(Date.now() + 60_000);

/** What a process throws that is dead. */
class Died extends Error {}

type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

/** Database and store of one process, each call a turn. */
function servicesOf(inTurn: InTurn): { db: Db; store: Store } {
  const { db } = database;
  const turned: Partial<Store> = {
    put: (bytes, mediaType) => inTurn(() => store.put(bytes, mediaType)),
    deleteOlder: (digest, before) => inTurn(() => store.deleteOlder(digest, before)),
    getRange: (digest, start, end) => inTurn(() => store.getRange(digest, start, end)),
    has: (digest) => inTurn(() => store.has(digest)),
    leftovers: async () => [],
    removeLeftovers: async () => 0,
    async *objects() {
      yield* await inTurn(listing);
    },
  };
  return {
    store: Object.assign(Object.create(store), turned) as Store,
    db: {
      query: (sql, values) => inTurn(() => db.query(sql, values)),
      transaction: (fn) => inTurn(() => db.transaction(fn)),
      close: db.close,
    },
  };
}

async function listing(): Promise<StoredObject[]> {
  const found: StoredObject[] = [];
  for await (const object of store.objects()) found.push(object);
  return found;
}

/** A worker that does a task whose bytes are `words`; refused, again from the lease, as the next attempt would. */
async function work(inTurn: InTurn, run: PlannedRun, words: string): Promise<void> {
  const { db, store: own } = servicesOf(inTurn);
  const unit = { kind: 'stage', stage: 0, shard: 0 } as never;
  for (;;) {
    const [task] = await leaseTasks(db, { runId: run.runId, unit, worker: 'w', limit: 1 });
    const wanted = run.commit(task!);
    const artifact = await own.put(Buffer.from(words), 'text/plain');
    try {
      await commitTasks(db, [{ ...wanted, result: { ...wanted.result, artifact } }]);
      return;
    } catch (error) {
      if ((error as { code?: string }).code !== 'OBJECT_CONDEMNED') throw error;
    }
  }
}

/** Collectors one after the other, each dead after so many calls; the last one lives. */
async function collect(inTurn: InTurn, lives: readonly number[]): Promise<void> {
  for (const calls of [...lives, Number.POSITIVE_INFINITY]) {
    let left = calls;
    const mortal: InTurn = async (call) => {
      if (left-- <= 0) throw new Died();
      return inTurn(call);
    };
    await sweep({ ...servicesOf(mortal), stillAlone: async () => {} }, soon()).catch((error: unknown) => {
      if (!(error instanceof Died)) throw error;
    });
  }
}

let runs = 0;

it('whatever the order of puts, commits and collections, and wherever a collector dies, nothing that is named is lost', async () => {
  const scenario = fc.record({
    /** Which of two payloads each worker makes. */
    makes: fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 1, maxLength: 2 }),
    /** Which of them lie in the store before, named by nobody. */
    there: fc.tuple(fc.boolean(), fc.boolean()),
    /** After how many calls collectors die. */
    lives: fc.array(fc.integer({ min: 5, max: 14 }), { maxLength: 2 }),
    /** How many turns the collector has for one of a worker, about: one that is slow sees it work from the side. */
    pace: fc.constantFrom(1, 4, 8),
    choices: fc.infiniteStream(fc.nat()),
  });
  await fc.assert(
    fc.asyncProperty(scenario, async ({ makes, there, lives, pace, choices }) => {
      const words = [0, 1].map((which) => `words ${runs} ${which}`);
      const digests = words.map((text) => sha256(text));
      const workers: PlannedRun[] = [];
      for (const _ of makes) workers.push(await plannedRun(database.db, { name: `interleaved ${runs++}`, rows: 1, batch: 1 }));
      await makeUp(await namedObjects(database.db));
      for (const [which, text] of words.entries()) {
        if (!there[which]) continue;
        await store.put(Buffer.from(text), 'text/plain');
        utimesSync(pathOf(digests[which]!), 0, 0);
      }

      const actors = ['collector', ...workers.map((run) => run.runId)];
      const turns = new Turns(actors, (waiting) => {
        const tickets = waiting.flatMap((actor, index) => Array<number>(actor === 'collector' ? pace : 1).fill(index));
        return tickets[choices.next().value! % tickets.length]!;
      });
      const act = (actor: string, play: (inTurn: InTurn) => Promise<void>): Promise<void> =>
        play((call) => turns.take(actor, call)).finally(() => turns.end(actor));
      await Promise.all([
        act('collector', (inTurn) => collect(inTurn, lives)),
        ...workers.map((run, i) => act(run.runId, (inTurn) => work(inTurn, run, words[makes[i]!]!))),
      ]);

      const named = await namedAmong(database.db, digests);
      expect(named).toEqual(new Set(makes.map((which) => digests[which]!)));
      for (const digest of named) expect(sha256(await store.get(digest))).toBe(digest);

      await resumeGarbage({ db: database.db, store });
      await sweep({ db: database.db, store, stillAlone: async () => {} }, soon());
      for (const digest of digests) expect(await store.has(digest)).toBe(named.has(digest));
    }),
    { numRuns: Number(process.env.HOPLINE_GC_RUNS ?? 60), endOnFailure: true },
  );
});

/** What the made-up runs name besides shall not be missing. */
async function makeUp(digests: Iterable<Digest>): Promise<void> {
  for (const digest of digests) {
    await mkdir(dirname(pathOf(digest)), { recursive: true });
    await writeFile(pathOf(digest), 'made up', { flag: 'wx' }).catch(() => undefined);
  }
}
