import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { type ApiInstance, startApiInstance } from '../api/events/fixtures/api-instance.ts';
import { startApiProcess } from '../api/events/fixtures/api-process.ts';
import { followEvents } from '../api/events/fixtures/follow-events.ts';
import { plannedRun } from '../engine/lineage/fixtures/planned-run.ts';
import { useDatabase } from '../engine/lineage/fixtures/use-database.ts';
import { eventCursor, setRunState } from '../engine/lineage/index.ts';
import { writeEvents } from '../engine/lineage/write-events.ts';
import { startEmbedded } from '../infra/embedded/start.ts';

const CUTS = 200;

describe('a subscription that is cut', () => {
  const database = useDatabase(startEmbedded);
  let instances: ApiInstance[] = [];
  afterEach(() => Promise.all(instances.map((instance) => instance.kill())));

  /** Writers whose transactions hold what they wrote for a while, so that they commit in another order than that of their ids. */
  async function writeUntil(runId: string, isOver: () => boolean): Promise<void> {
    let written = 0;
    const writer = async (): Promise<void> => {
      while (!isOver()) {
        await database.db.transaction(async (tx) => {
          const events = Array.from({ length: 1 + Math.floor(Math.random() * 4) }, () => ({
            runId,
            type: Math.random() < 0.1 ? ('node.state' as const) : ('node.progress' as const),
            payload: { number: written++ },
          }));
          await writeEvents(tx, events.slice(0, 1));
          await sleep(Math.random() < 0.1 ? 60 : Math.random() * 10);
          await writeEvents(tx, events.slice(1));
        });
        await sleep(Math.random() * 40);
      }
    };
    await Promise.all([writer(), writer(), writer(), writer()]);
  }

  test(`${CUTS} times, by its connection or its server, tells every event once and in order`, async () => {
    const { runId } = await plannedRun(database.db, { name: 'survives' });
    instances = await Promise.all([startApiInstance(database.url), startApiProcess(database.url)]);
    const seen: string[] = [];
    let cuts = 0;
    const writing = writeUntil(runId, () => cuts >= CUTS);
    let ended: unknown;
    while (ended !== 'complete') {
      const instance = instances[Math.floor(Math.random() * instances.length)]!;
      // After one event or many, or before the first.
      const until = Math.floor(Math.random() ** 2 * 30);
      let told = 0;
      const follower = followEvents(instance.url, {
        runId,
        // Either way to say where we were.
        ...(cuts % 2 ? { lastEventId: seen.at(-1) } : { after: seen.at(-1) }),
        onEvent: ({ id, cursor }) => {
          expect(id).toBe(cursor);
          seen.push(cursor);
          if (cuts < CUTS && ++told === until) follower.request.destroy();
        },
      });
      if (cuts < CUTS && until === 0) setTimeout(() => follower.request.destroy(), Math.random() * 30);
      if (cuts < CUTS && cuts % 8 === 7) {
        await sleep(Math.random() * 60);
        instances.splice(instances.indexOf(instance), 1, await startApiInstance(database.url));
        await instance.kill();
      }
      if (cuts === CUTS) {
        await writing;
        await setRunState(database.db, runId, 'CANCELLED');
      }
      ended = await follower.ended;
      if (cuts < CUTS) cuts++;
    }
    const table = await database.db.query<{ xid: string; id: number }>(
      'SELECT xid::text, id FROM event e WHERE run_id = $1 ORDER BY e.xid, id',
      [runId],
    );
    expect(seen).toEqual(table.map(({ xid, id }) => eventCursor(runId, { xid: BigInt(xid), id })));
    expect(table.length).toBeGreaterThan(CUTS);
    expect(table.map(({ id }) => id)).not.toEqual(table.map(({ id }) => id).sort((a, b) => a - b));
  });
});
