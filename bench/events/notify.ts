import { listenForEvents } from '../../engine/lineage/index.ts';
import { EVENT_CHANNEL, writeEvents } from '../../engine/lineage/write-events.ts';
import { quantile } from '../orchestration/measure/quantiles.ts';
import { benchRun } from './bench-run.ts';
import { print } from './print.ts';
import type { Scene } from './scene.ts';

const WRITERS = 8;
const COMMITS = 150;
const ROUNDS = 5;

/** Commits a second of eight writers at once, each a transaction of three events, with one NOTIFY in none, in every 50th and in all. In turns,
 *  somebody listens throughout. */
export async function notify({ db, databaseUrl }: Scene): Promise<void> {
  const runId = await benchRun(db, 1);
  const listener = listenForEvents(databaseUrl, { onWake: () => undefined });
  const events = Array.from({ length: 3 }, () => ({ runId, type: 'node.progress' as const, payload: { made: 1 } }));
  const round = async (every: number): Promise<number> => {
    const began = performance.now();
    let commits = 0;
    const writer = async (): Promise<void> => {
      while (commits++ < WRITERS * COMMITS) {
        const told = commits % every === 0;
        await db.transaction(async (tx) => {
          await writeEvents(tx, events);
          if (told) await tx.query(`SELECT pg_notify('${EVENT_CHANNEL}', $1)`, [runId]);
        });
      }
    };
    await Promise.all(Array.from({ length: WRITERS }, writer));
    return (WRITERS * COMMITS) / ((performance.now() - began) / 1000);
  };
  await round(1);
  const rates = { none: [] as number[], some: [] as number[], all: [] as number[] };
  for (let index = 0; index < ROUNDS; index++) {
    rates.none.push(await round(Number.POSITIVE_INFINITY));
    rates.some.push(await round(50));
    rates.all.push(await round(1));
  }
  await listener.close();
  const none = quantile(rates.none, 0.5);
  print('notify.none', none, 'commits/s', { writers: WRITERS });
  for (const [name, of] of [
    ['every_50th', rates.some],
    ['every', rates.all],
  ] as const)
    print(`notify.${name}`, quantile(of, 0.5), 'commits/s', { of_none: Math.round((quantile(of, 0.5) / none) * 100) / 100 });
}
