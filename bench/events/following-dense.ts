import { setTimeout as sleep } from 'node:timers/promises';
import { ApiClient } from '../../cli/client/api-client.ts';
import { followEvents } from '../../cli/progress/follow-events.ts';
import { PROGRESS_EVENTS } from '../../cli/progress/live-run.ts';
import { pollRun } from '../../cli/progress/poll-run.ts';
import { plannedRun } from '../../engine/lineage/fixtures/planned-run.ts';
import { setRunState } from '../../engine/lineage/index.ts';
import { writeEvents } from '../../engine/lineage/write-events.ts';
import { cpuSeconds } from '../orchestration/measure/memory.ts';
import { print } from './print.ts';
import type { Scene } from './scene.ts';

/** Commits a second: from what one worker does to what a fleet does. */
const RATES = [10, 40, 100, 200];
const SECONDS = 8;

/** From how many events a second on looks cost the server less than they do: DENSE of cli/progress/run-follower.ts. One client, in turns. */
export async function followingDense({ db, api }: Scene): Promise<void> {
  const byLooks = async (client: ApiClient, runId: string, signal: AbortSignal): Promise<void> => {
    await pollRun(client, runId, { onStatus: () => undefined, signal });
  };
  const byEvents = async (client: ApiClient, runId: string, signal: AbortSignal): Promise<void> => {
    for await (const _event of followEvents(client, { runId, types: PROGRESS_EVENTS, signal }));
  };
  let runs = 0;
  for (const rate of RATES)
    for (const [name, follow] of Object.entries({ looks: byLooks, events: byEvents })) {
      const { runId } = await plannedRun(db, { name: `dense ${runs++}` });
      await setRunState(db, runId, 'QUEUED');
      await setRunState(db, runId, 'RUNNING');
      const stop = new AbortController();
      const following = follow(new ApiClient({ url: api.url }), runId, stop.signal).catch(() => undefined);
      await sleep(2_000);
      const began = { cpu: cpuSeconds(api.pid), at: performance.now() };
      for (let made = 1; made <= rate * SECONDS; made++) {
        const progress = { node: 'hop1', state: 'RUNNING', expected: 100_000, made, cached: 0, failed: 0, deviceSeconds: made };
        await db.transaction(async (tx) => {
          await tx.query(`UPDATE node SET made = $2 WHERE run_id = $1 AND name = 'hop1'`, [runId, made]);
          await writeEvents(tx, [
            { runId, type: 'node.progress', payload: progress },
            { runId, type: 'task.committed', payload: { node: 'hop1', task: made } },
          ]);
        });
        await sleep(Math.max(0, began.at + (made * 1000) / rate - performance.now()));
      }
      const seconds = (performance.now() - began.at) / 1000;
      print(`following_dense.${name}.cpu`, (1000 * (cpuSeconds(api.pid) - began.cpu)) / seconds, 'ms/s', {
        commits_a_second: rate,
      });
      stop.abort();
      await following;
    }
}
