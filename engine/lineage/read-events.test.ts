import { describe, expect, test } from 'vitest';
import { startEmbedded } from '../../infra/embedded/start.ts';
import { eventCursor } from './event-position.ts';
import { plannedRun } from './fixtures/planned-run.ts';
import { useDatabase } from './fixtures/use-database.ts';
import { workThrough } from './fixtures/work-through.ts';
import { readEvents } from './read-events.ts';
import { writeEvents } from './write-events.ts';

describe('readEvents', () => {
  const database = useDatabase(startEmbedded);
  const event = (runId: string, name: string) => ({ runId, type: 'node.state' as const, payload: { name } });
  const names = (events: { payload: Record<string, unknown> }[]) => events.map(({ payload }) => payload.name);

  test('never misses an event whose transaction committed after a later one', async () => {
    const { runId } = await plannedRun(database.db, { name: 'events' });
    const start = (await readEvents(database.db, { runId, limit: 100 })).cursor;
    let finishSlow = () => {};
    const mayFinish = new Promise<void>((resolve) => {
      finishSlow = resolve;
    });
    let written = () => {};
    const slowHasWritten = new Promise<void>((resolve) => {
      written = resolve;
    });
    const slow = database.db.transaction(async (tx) => {
      await writeEvents(tx, [event(runId, 'slow')]);
      written();
      await mayFinish;
    });
    await slowHasWritten;
    await database.db.transaction((tx) => writeEvents(tx, [event(runId, 'fast')]));

    const during = await readEvents(database.db, { runId, after: start, limit: 100 });
    expect(names(during.events)).toEqual([]);
    expect(during.held).toBe(true);

    finishSlow();
    await slow;
    const after = await readEvents(database.db, { runId, after: during.cursor, limit: 100 });
    expect(names(after.events)).toEqual(['slow', 'fast']);
  });

  test('a reader that polls while many write sees every event once', async () => {
    const { runId } = await plannedRun(database.db, { name: 'busy' });
    let cursor = (await readEvents(database.db, { runId, limit: 100 })).cursor;
    const seen: unknown[] = [];
    const poll = async () => {
      const page = await readEvents(database.db, { runId, after: cursor, limit: 7 });
      seen.push(...names(page.events));
      cursor = page.cursor;
      return page.events.length;
    };
    const writers = Array.from({ length: 4 }, async (_, writer) => {
      for (let index = 0; index < 25; index++) {
        await database.db.transaction(async (tx) => {
          await writeEvents(tx, [event(runId, `${writer}/${index}`)]);
          await tx.query('SELECT pg_sleep($1)', [Math.random() / 100]);
        });
      }
    });
    const reading = (async () => {
      while (seen.length < 100) await poll();
    })();
    await Promise.all([...writers, reading]);
    expect(await poll()).toBe(0);
    expect(new Set(seen).size).toBe(100);
    expect(seen.length).toBe(100);
  });

  test('tells a run from its creation to its last node', async () => {
    const run = await plannedRun(database.db, { name: 'told' });
    await workThrough(database.db, run);
    const { events } = await readEvents(database.db, { runId: run.runId, limit: 1000 });
    expect(events.slice(0, 2).map(({ type }) => type)).toEqual(['run.created', 'run.planned']);
    expect(events.filter(({ type }) => type === 'task.committed').length).toBe(8);
    const done = events
      .filter(({ type, payload }) => type === 'node.state' && payload.state === 'SUCCEEDED')
      .map(({ payload }) => payload.node);
    expect(done).toEqual(['source', 'hop1', 'judge', 'keep', 'student', 'report']);
  });

  test('shows the latest events in order, and only those of the types that are asked for', async () => {
    const { runId } = await plannedRun(database.db, { name: 'latest' });
    for (const name of ['a', 'b', 'c'])
      await database.db.transaction((tx) => writeEvents(tx, [event(runId, name), { ...event(runId, 'no'), type: 'divergence' }]));
    const last = await readEvents(database.db, { runId, limit: 3, latest: true });
    expect(names(last.events)).toEqual(['no', 'c', 'no']);
    const some = await readEvents(database.db, { runId, limit: 2, types: ['divergence'] });
    expect(names(some.events)).toEqual(['no', 'no']);
    expect(names((await readEvents(database.db, { runId, limit: 9, after: some.cursor })).events)).toEqual(['c', 'no']);
  });

  test('goes on behind what it looked through, also when nothing there was asked for', async () => {
    const { runId } = await plannedRun(database.db, { name: 'through' });
    const none = await readEvents(database.db, { runId, limit: 10, types: ['divergence'] });
    expect(none.events).toEqual([]);
    expect((await readEvents(database.db, { runId, limit: 10, after: none.cursor })).events).toEqual([]);
  });

  test.each([
    ['words', '1; DROP TABLE event'],
    ['the cursor of another run', eventCursor('another', { xid: 7n, id: 1 })],
    ['a made up one', Buffer.alloc(22).toString('base64url')],
    ['one with a letter changed', eventCursor('r', { xid: 7n, id: 1 }).replace(/^./, 'B')],
  ])('refuses %s as a cursor', async (_what, after) => {
    await expect(readEvents(database.db, { runId: 'r', after, limit: 1 })).rejects.toMatchObject({ code: 'CURSOR_INVALID' });
  });

  test('knows no events of an unknown run', async () => {
    await expect(readEvents(database.db, { runId: 'r', limit: 1 })).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
  });
});
