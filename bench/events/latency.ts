import { setTimeout as sleep } from 'node:timers/promises';
import { followEvents } from '../../api/events/fixtures/follow-events.ts';
import { quantile } from '../orchestration/measure/quantiles.ts';
import { benchRun, write } from './bench-run.ts';
import { print } from './print.ts';
import type { Scene } from './scene.ts';

const COUNT = 60;

/** From the answer to a commit to the client's reading of its event, one subscriber, a commit now and then. */
export async function latency({ db, api }: Scene): Promise<void> {
  for (const type of ['node.state', 'node.progress'] as const) {
    const runId = await benchRun(db, 2);
    let heard = (): void => undefined;
    const follower = followEvents(api.url, { runId, types: [type], onEvent: () => heard() });
    await sleep(1_000);
    const times: number[] = [];
    for (let index = 0; index < COUNT; index++) {
      await sleep(100 + Math.random() * 300);
      const arrived = new Promise<number>((resolve) => {
        heard = () => resolve(performance.now());
      });
      await write(db, runId, 1, type);
      const committed = performance.now();
      times.push(Math.max(0, (await arrived) - committed));
    }
    follower.request.destroy();
    print(`latency.${type}.p50`, quantile(times, 0.5), 'ms', { p95: Math.round(quantile(times, 0.95)), events: COUNT });
  }
}
