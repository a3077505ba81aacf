import { setTimeout as sleep } from 'node:timers/promises';
import { followEvents } from '../../api/events/fixtures/follow-events.ts';
import { cpuSeconds } from '../orchestration/measure/memory.ts';
import { benchRun, write } from './bench-run.ts';
import { print } from './print.ts';
import type { Scene } from './scene.ts';

const EVENTS = 1_000;
/** Events a commit, and commits a second: a busy run. */
const GROUP = 5;
const A_SECOND = 20;

/** 1,000 events to one subscriber and to five hundred, over HTTP: what the server computes, and what it asks of Postgres. */
export async function fanOut({ db, api }: Scene): Promise<void> {
  for (const subscribers of [1, 500]) {
    const runId = await benchRun(db, 3);
    const followers = Array.from({ length: subscribers }, () => followEvents(api.url, { runId, types: ['node.progress'] }));
    await sleep(3_000);
    const before = { cpu: cpuSeconds(api.pid), statements: await statements(api.url), at: performance.now() };
    for (let index = 0; index < EVENTS / GROUP; index++) {
      await write(db, runId, GROUP);
      await sleep(1000 / A_SECOND);
    }
    while (followers.some(({ events }) => events.length < EVENTS)) await sleep(100);
    const seconds = (performance.now() - before.at) / 1000;
    const asked = (await statements(api.url)) - before.statements;
    print('fan_out.cpu', cpuSeconds(api.pid) - before.cpu, 's', {
      subscribers,
      events: EVENTS,
      statements_a_second: Math.round((asked / seconds) * 10) / 10,
    });
    for (const { request } of followers) request.destroy();
    await sleep(1_000);
  }
}

/** Statements that the server has asked since its start. */
async function statements(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return [...text.matchAll(/^hopline_api_sql_seconds_count.* (\d+)$/gm)].reduce((sum, [, count]) => sum + Number(count), 0);
}
