import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { plannedRun } from '../../engine/lineage/fixtures/planned-run.ts';
import { useDatabase } from '../../engine/lineage/fixtures/use-database.ts';
import { type Db, eventCursor, type PlacedEvent, setRunState } from '../../engine/lineage/index.ts';
import { declareSilent } from '../../engine/lineage/silent-transaction.ts';
import { type EventType, writeEvents } from '../../engine/lineage/write-events.ts';
import { HoplineError } from '../../engine/plan/errors.ts';
import { startEmbedded } from '../../infra/embedded/start.ts';
import { RunFeeds } from './run-feeds.ts';
import type { RunSubscription } from './run-subscription.ts';
import { whileAllowed } from './while-allowed.ts';

describe('the feeds of a process', () => {
  const database = useDatabase(startEmbedded);
  const open = new Set<RunSubscription>();
  const everything = { visibility: null };
  let count = 0;

  afterEach(async () => {
    for (const subscription of open) await subscription.return();
    open.clear();
  });

  const newRun = async (): Promise<string> => (await plannedRun(database.db, { name: `feed ${count++}` })).runId;

  const write = (runId: string, numbers: readonly number[], type: EventType = 'node.progress'): Promise<void> =>
    database.db.transaction((tx) =>
      writeEvents(
        tx,
        numbers.map((number) => ({ runId, type, payload: { number } })),
      ),
    );

  const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);

  /** A database that counts what is asked of it. */
  function counted(): { db: Db; statements: number } {
    const counter = { statements: 0, db: database.db };
    counter.db = {
      ...database.db,
      query: (...statement: Parameters<Db['query']>) => {
        counter.statements++;
        return database.db.query(...statement) as never;
      },
    };
    return counter;
  }

  const subscribe = async (feeds: RunFeeds, wanted: Parameters<RunFeeds['subscribe']>[0]): Promise<RunSubscription> => {
    const subscription = await feeds.subscribe(wanted);
    open.add(subscription);
    return subscription;
  };

  const take = async (subscription: RunSubscription, many: number): Promise<PlacedEvent[]> => {
    const events: PlacedEvent[] = [];
    while (events.length < many) {
      const { done, value } = await subscription.next();
      if (done) break;
      events.push(value);
    }
    return events;
  };
  const numbers = (events: readonly PlacedEvent[]): unknown[] =>
    events.map(({ payload }) => payload.number).filter((number) => number !== undefined);
  const all = (subscription: RunSubscription): Promise<PlacedEvent[]> => take(subscription, Number.POSITIVE_INFINITY);

  test('five hundred subscribers of a run cost one statement a look', async () => {
    const runId = await newRun();
    const counter = counted();
    const feeds = new RunFeeds({ db: counter.db, tick: 50 });
    const subscriptions = await Promise.all(range(0, 500).map(() => subscribe(feeds, { runId, ...everything })));
    const reading = subscriptions.map(all);
    for (const number of range(0, 20)) {
      await write(runId, [number]);
      await sleep(30);
    }
    await setRunState(database.db, runId, 'CANCELLED');
    const read = await Promise.all(reading);
    const { ticks } = feeds.stats();
    expect(ticks).toBeGreaterThan(3);
    // One more has filled the window.
    expect(counter.statements).toBe(ticks + 1);
    for (const events of read) expect(numbers(events)).toEqual(range(0, 20));
  });

  test('who is behind the window catches up by pages and meets the others, without a gap or anything twice', async () => {
    const runId = await newRun();
    await write(runId, range(0, 300));
    const counter = counted();
    const feeds = new RunFeeds({ db: counter.db, tick: 20, window: 16, page: 8 });
    const subscriptions = await Promise.all(range(0, 20).map(() => subscribe(feeds, { runId, ...everything })));
    const reading = subscriptions.map(all);
    for (const number of range(300, 400)) await write(runId, [number]);
    await setRunState(database.db, runId, 'CANCELLED');
    for (const events of await Promise.all(reading)) expect(numbers(events)).toEqual(range(0, 400));
    // They went the same way at the same time: pages were shared.
    expect(counter.statements - feeds.stats().ticks).toBeLessThan(20 * 25);
  });

  test('a reader that stands still holds nothing back and nothing in memory, and goes on where it was', async () => {
    const runId = await newRun();
    const feeds = new RunFeeds({ db: database.db, tick: 10, window: 16, page: 16 });
    const slow = await subscribe(feeds, { runId, ...everything });
    const fast = all(await subscribe(feeds, { runId, ...everything }));
    await take(slow, 1);
    for (const number of range(0, 40)) await write(runId, range(number * 10, number * 10 + 10));
    await setRunState(database.db, runId, 'CANCELLED');
    expect(numbers(await fast)).toEqual(range(0, 400));
    // The feed has ended for the others; what the slow one has not read is in the database alone.
    expect(feeds.stats().feeds).toBe(0);
    expect(numbers(await all(slow))).toEqual(range(0, 400));
  });

  test('a feed is woken by what somebody waits for, also after its connection was killed', async () => {
    const runId = await newRun();
    const feeds = new RunFeeds({ db: database.db, databaseUrl: database.url, tick: 60_000, idleTick: 60_000 });
    const subscription = await subscribe(feeds, { runId, ...everything });
    const killed = async (): Promise<number> =>
      (
        await database.db.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'hopline events' AND query LIKE 'LISTEN%'`,
        )
      ).length;
    const listens = async (): Promise<void> => {
      while (
        (
          await database.db.query(
            `SELECT FROM pg_stat_activity WHERE application_name = 'hopline events' AND query LIKE 'LISTEN%' AND state = 'idle'`,
          )
        ).length === 0
      )
        await sleep(20);
    };
    await take(subscription, 4);
    await listens();
    await write(runId, [1], 'node.state');
    expect(numbers(await take(subscription, 1))).toEqual([1]);

    expect(await killed()).toBe(1);
    // While nobody listens: found as soon as somebody does again.
    await write(runId, [2], 'node.state');
    expect(numbers(await take(subscription, 1))).toEqual([2]);
    await listens();
    await write(runId, [3], 'node.state');
    expect(numbers(await take(subscription, 1))).toEqual([3]);
  });

  test('without a connection that listens, looking finds everything', async () => {
    const runId = await newRun();
    const feeds = new RunFeeds({ db: database.db, databaseUrl: 'postgresql://127.0.0.1:1/none', tick: 20 });
    const subscription = await subscribe(feeds, { runId, ...everything });
    await take(subscription, 4);
    await write(runId, [1], 'node.state');
    expect(numbers(await take(subscription, 1))).toEqual([1]);
  });

  test('ends with the run; who comes again after a resume gets what came since', async () => {
    const runId = await newRun();
    const feeds = new RunFeeds({ db: database.db, tick: 20 });
    await setRunState(database.db, runId, 'CANCELLED');
    const first = await all(await subscribe(feeds, { runId, ...everything }));
    expect(first.at(-1)?.payload).toMatchObject({ to: 'CANCELLED' });
    const after = first.at(-1)!.cursor;
    expect(await all(await subscribe(feeds, { runId, after, ...everything }))).toEqual([]);
    await setRunState(database.db, runId, 'QUEUED');
    const second = await subscribe(feeds, { runId, after, ...everything });
    expect((await take(second, 1)).map(({ payload }) => payload.to)).toEqual(['QUEUED']);
    await setRunState(database.db, runId, 'CANCELLED');
    expect((await all(second)).map(({ payload }) => payload.to)).toEqual(['CANCELLED']);
  });

  test('who asks for some types gets these, in order, from the past and from now', async () => {
    const runId = await newRun();
    const feeds = new RunFeeds({ db: database.db, tick: 20, window: 8, page: 4 });
    const both = async (number: number): Promise<void> => {
      await write(runId, [number], 'task.committed');
      await write(runId, [number], 'divergence');
    };
    for (const number of range(0, 10)) await both(number);
    const subscription = await subscribe(feeds, { runId, types: ['divergence'], ...everything });
    expect(numbers(await take(subscription, 10))).toEqual(range(0, 10));
    for (const number of range(10, 20)) await both(number);
    expect(numbers(await take(subscription, 10))).toEqual(range(10, 20));
  });

  test('a run of another project is as unknown as one that is not there', async () => {
    const runId = await newRun();
    const feeds = new RunFeeds({ db: database.db });
    const [project] = await database.db.query<{ id: number }>('SELECT project_id AS id FROM run WHERE id = $1', [runId]);
    const errorOf = (visibility: number): Promise<unknown> =>
      feeds.subscribe({ runId, visibility }).then(
        () => undefined,
        ({ code, message, hint }: HoplineError) => ({ code, message, hint }),
      );
    await subscribe(feeds, { runId, visibility: project!.id });
    expect(await errorOf(project!.id + 1)).toEqual({
      code: 'RUN_NOT_FOUND',
      message: `run must be the id of a stored run, got ${runId}`,
      hint: 'hopline runs',
    });
    const unknown = await feeds.subscribe({ runId: 'nothing', visibility: null }).catch((error: HoplineError) => error.code);
    expect(unknown).toBe('RUN_NOT_FOUND');
  });

  test.each(['no cursor', eventCursor('another', { xid: 1n, id: 1 })])('refuses %s as a cursor', async (after) => {
    const runId = await newRun();
    const feeds = new RunFeeds({ db: database.db });
    await expect(feeds.subscribe({ runId, after, visibility: null })).rejects.toMatchObject({ code: 'CURSOR_INVALID' });
    expect(feeds.stats().subscriptions).toBe(0);
  });

  test('ends with the error of whoever may not read any more, while the others go on', async () => {
    const runId = await newRun();
    const feeds = new RunFeeds({ db: database.db, tick: 20 });
    const other = await subscribe(feeds, { runId, ...everything });
    const away = new HoplineError('DATABASE_UNREACHABLE', 'away', { permanent: false });
    const answers = [undefined, away, new HoplineError('TOKEN_EXPIRED', 'expired')];
    const checked = whileAllowed(
      await subscribe(feeds, { runId, ...everything }),
      async () => {
        const error = answers.shift();
        if (error) throw error;
      },
      20,
    );
    await expect(all(checked)).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' });
    expect(answers).toEqual([]);
    expect(feeds.stats().subscriptions).toBe(1);
    await take(other, 4);
    await write(runId, [7]);
    expect(numbers(await take(other, 1))).toEqual([7]);
  });

  test('says how long an older transaction has held events back, and shows them as soon as it ends', async () => {
    const runId = await newRun();
    const feeds = new RunFeeds({ db: database.db, tick: 20 });
    const subscription = await subscribe(feeds, { runId, ...everything });
    await take(subscription, 4);
    await database.db.transaction(async (tx) => {
      await tx.query('SELECT pg_current_xact_id()');
      await write(runId, [1]);
      while (feeds.stats().heldSeconds < 0.1) await sleep(20);
    });
    expect(numbers(await take(subscription, 1))).toEqual([1]);
    expect(feeds.stats().heldSeconds).toBe(0);
  });

  test('a long transaction that has declared itself silent holds nothing back for long', async () => {
    const runId = await newRun();
    await write(runId, range(0, 40));
    const feeds = new RunFeeds({ db: database.db, tick: 20, window: 16 });
    const subscription = await subscribe(feeds, { runId, ...everything });
    await take(subscription, 44);
    await database.db.transaction(async (tx) => {
      await declareSilent(tx);
      await write(runId, [1]);
      expect(numbers(await take(subscription, 1))).toEqual([1]);
      // Somebody who comes now, from the beginning.
      const late = await subscribe(feeds, { runId, ...everything });
      expect(numbers(await take(late, 45))).toEqual([...range(0, 40), 1]);
      const speaking = database.db.transaction(async (other) => {
        await other.query('SELECT pg_current_xact_id()');
        await write(runId, [3]);
        await sleep(700);
        await writeEvents(other, [{ runId, type: 'node.progress', payload: { number: 2 } }]);
      });
      expect(numbers(await take(subscription, 2))).toEqual([2, 3]);
      await speaking;
    });
  });

  test('whoever leaves, leaves nothing running', async () => {
    const runId = await newRun();
    const feeds = new RunFeeds({ db: database.db, databaseUrl: database.url, tick: 20 });
    const waiting = await subscribe(feeds, { runId, ...everything });
    await take(waiting, 4);
    const next = waiting.next();
    await waiting.return();
    expect(await next).toEqual({ done: true, value: undefined });
    expect(feeds.stats()).toMatchObject({ feeds: 0, subscriptions: 0 });
    const { ticks } = feeds.stats();
    await sleep(100);
    expect(feeds.stats().ticks).toBe(ticks);
  });
});
