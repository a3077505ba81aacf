/** Records histories of every workflow type on every path: `npx tsx test/histories/record.ts NAME`, or of verifications alone with a second
 *  argument `verify`. Each lands in `stored/NAME/`. Run it when
 *  a workflow has got a new path or a new patch, under a new NAME; the old folders stay as long as runs may have begun with that code. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import proto from '@temporalio/proto';
import { runProgress } from '../../engine/lineage/index.ts';
import type { JsonObject } from '../../engine/plan/json.ts';
import { cancelRun, launchRun, pauseRun, resumeRun, unpauseRun, verifyRun } from '../../engine/runs/index.ts';
import { registerDataset } from '../../engine/runs/register-dataset.ts';
import { type House, startHouse } from '../start-house.ts';

const here = dirname(fileURLToPath(import.meta.url));
const name = process.argv[2];
if (!name) throw new Error('a NAME must be given, such as 2026-11');
const folder = join(here, 'stored', name);
mkdirSync(folder, { recursive: true });
// Workers run what was bundled at set-up, which may be older than what is to be recorded.
execFileSync(process.execPath, ['--import', 'tsx', join(here, '../../workflows/bundle.ts')], { stdio: 'inherit' });

const env = (): NodeJS.ProcessEnv => ({ HOPLINE_DEVICES: 'cpu:0', HOPLINE_SLICE_SECONDS: '0.1' });
const SLOW = 400;
const NODE = { map: 'echo', fold: 'count', reduce: 'tell' } as const;
let seed = 0;

if (process.argv[3] !== 'verify') {
  await withHouse(8, {}, async (house, client) => {
    const clean = await launch(house, {});
    await house.until(clean, ['SUCCEEDED']);
    await keep(client, clean, '', 'run', 'clean');
    await keep(client, clean, '/stage/0/0', 'shard', 'clean');
    await keep(client, clean, '/fold/count', 'fold', 'clean');
    await keep(client, clean, '/reduce/tell', 'whole-node', 'clean');

    for (const [slow, child, type] of [
      ['map', '/stage/0/0', 'shard'],
      ['fold', '/fold/count', 'fold'],
      ['reduce', '/reduce/tell', 'whole-node'],
    ] as const) {
      const wait = slow === 'reduce' ? 5_000 : SLOW;
      const cancelled = await launch(house, { [slow]: wait });
      await untilUnderWay(house, cancelled, slow);
      await cancelRun(house.services, cancelled);
      await house.until(cancelled, ['CANCELLED']);
      await keep(client, cancelled, child, type, 'cancelled');
      if (slow === 'map') await keep(client, cancelled, '', 'run', 'cancelled');
      await resumeRun(house.services, cancelled);
      await house.until(cancelled, ['SUCCEEDED']);
      await keep(client, cancelled, child, type, 'resumed');
      if (slow === 'map') await keep(client, cancelled, '', 'run', 'resumed');
      if (slow === 'reduce') continue;
      const paused = await launch(house, { [slow]: wait });
      await untilUnderWay(house, paused, slow);
      await pauseRun(house.services, paused);
      await sleep(2_500);
      await keep(client, paused, child, type, 'paused');
      await unpauseRun(house.services, paused);
      await house.until(paused, ['SUCCEEDED']);
      if (slow === 'map') await keep(client, paused, '', 'run', 'paused');
    }

    const failed = await launch(house, { fail: true });
    await house.until(failed, ['FAILED']);
    await keep(client, failed, '', 'run', 'failed');
    await keep(client, failed, '/stage/0/0', 'shard', 'failed');

    await keepCancelledWhileStarting(house, client);

    const killed = await launch(house, { map: SLOW });
    await untilUnderWay(house, killed, 'map');
    await house.worker.end('SIGKILL');
    house.worker = await house.startWorker();
    await house.until(killed, ['SUCCEEDED']);
    await keep(client, killed, '', 'run', 'worker-killed');
    await keep(client, killed, '/stage/0/0', 'shard', 'worker-killed');
  });

  // A server that suggests to continue as new after 15 events instead of 4,096.
  await withHouse(128, { 'limit.historyCount.suggestContinueAsNew': 15 }, async (house, client) => {
    const run = await launch(house, { map: SLOW / 4, fold: SLOW });
    await house.until(run, ['SUCCEEDED']);
    for (const [child, type] of [
      ['/stage/0/0', 'shard'],
      ['/fold/count', 'fold'],
    ] as const) {
      await keep(client, run, child, type, 'continued-as-new', await firstExecution(client, `run/${run}${child}`));
      await keep(client, run, child, type, 'after-continued-as-new');
    }
    await keep(client, run, '', 'run', 'children-continued-as-new');
  });
}

// Four tasks a shard, so that the first one is not done as soon as it is under way.
await withHouse(128, {}, async (house, client) => {
  const subject = await launch(house, { map: SLOW / 4 });
  await house.until(subject, ['SUCCEEDED']);
  const verification = async (): Promise<string> => (await verifyRun(house.services, subject, { share: 1 })).id;
  const clean = await verification();
  await house.until(clean, ['SUCCEEDED']);
  await keep(client, clean, '', 'run', 'verifying');
  await keep(client, clean, '/stage/0/0', 'verify', 'clean');

  const cancelled = await verification();
  await untilUnderWay(house, cancelled, 'map');
  await cancelRun(house.services, cancelled);
  await house.until(cancelled, ['CANCELLED']);
  await keep(client, cancelled, '/stage/0/0', 'verify', 'cancelled');
  await resumeRun(house.services, cancelled);
  await house.until(cancelled, ['SUCCEEDED']);
  await keep(client, cancelled, '/stage/0/0', 'verify', 'resumed');

  const paused = await verification();
  await untilUnderWay(house, paused, 'map');
  await pauseRun(house.services, paused);
  await sleep(2_500);
  await keep(client, paused, '/stage/0/0', 'verify', 'paused');
  await unpauseRun(house.services, paused);
  await house.until(paused, ['SUCCEEDED']);
});

async function withHouse(
  rows: number,
  temporalSettings: Record<string, number>,
  work: (house: House, client: Client) => Promise<void>,
): Promise<void> {
  const house = await startHouse({ project: join(here, 'project'), env, temporalSettings });
  const connection = await Connection.connect({ address: house.env.TEMPORAL_ADDRESS! });
  try {
    const reader = {
      name: 'texts',
      description: 'short texts',
      async *read() {
        for (let index = 0; index < rows; index++) yield { id: `${index}`, group: `${index}`, text: `text ${index}`, meta: {} };
      },
    };
    await registerDataset(house.services, { name: 'rows', reader });
    await work(house, new Client({ connection }));
  } finally {
    await connection.close();
    await house.stop();
  }
}

async function launch(house: House, params: JsonObject): Promise<string> {
  // A seed of its own, so that nothing is cached.
  return (await launchRun(house.services, { pipeline: 'histories', seed: ++seed, params })).id;
}

async function untilUnderWay(house: House, runId: string, slow: keyof typeof NODE): Promise<void> {
  for (;;) {
    const { nodes } = await runProgress(house.services.db, runId);
    const node = nodes.find((one) => one.name === NODE[slow]);
    if (node && (slow === 'reduce' ? node.state === 'RUNNING' : node.made >= 1)) return;
    await sleep(20);
  }
}

/** The child's start was asked for and not confirmed when the cancellation came: a matter of milliseconds, so it is tried until it happens. */
async function keepCancelledWhileStarting(house: House, client: Client): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const run = await launch(house, { map: SLOW });
    const handle = client.workflow.getHandle(`run/${run}`);
    const place = async (
      wanted:
        | 'startChildWorkflowExecutionInitiatedEventAttributes'
        | 'workflowExecutionCancelRequestedEventAttributes'
        | 'childWorkflowExecutionStartedEventAttributes',
    ) => (await handle.fetchHistory()).events!.findIndex((event) => event[wanted]);
    // Without a look at the history between, which would be slower than what is waited for.
    await sleep(40 + ((attempt * 7) % 160));
    await cancelRun(house.services, run);
    await house.until(run, ['CANCELLED']);
    const asked = await place('startChildWorkflowExecutionInitiatedEventAttributes');
    const cancelled = await place('workflowExecutionCancelRequestedEventAttributes');
    const confirmed = await place('childWorkflowExecutionStartedEventAttributes');
    if (asked >= 0 && asked < cancelled && cancelled < confirmed) return keep(client, run, '', 'run', 'cancelled-while-starting');
  }
  throw new Error('200 cancellations never met a child that was just starting');
}

async function firstExecution(client: Client, workflowId: string): Promise<string> {
  const { raw } = await client.workflow.getHandle(workflowId).describe();
  return raw.workflowExecutionInfo!.firstRunId!;
}

async function keep(client: Client, runId: string, child: string, type: string, path: string, execution?: string): Promise<void> {
  const handle = client.workflow.getHandle(`run/${runId}${child}`, execution);
  const history = await handle.fetchHistory();
  writeFileSync(join(folder, `${type}.${path}.binpb`), proto.temporal.api.history.v1.History.encode(history).finish());
  console.log(`${type}.${path}: ${history.events?.length} events`);
}
