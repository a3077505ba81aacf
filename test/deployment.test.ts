import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runProgress } from '../engine/lineage/index.ts';
import { launchRun } from '../engine/runs/index.ts';
import { registerDataset } from '../engine/runs/register-dataset.ts';
import { type House, startHouse, type WorkerProcess } from './start-house.ts';

const here = dirname(fileURLToPath(import.meta.url));

describe('two builds of the workflow code', () => {
  let house: House;
  let second: WorkerProcess;
  let bundle: string;

  beforeAll(async () => {
    house = await startHouse({
      project: join(here, 'toy-project'),
      env: () => ({ HOPLINE_HEARTBEAT_SECONDS: '300', HOPLINE_DEVICES: 'cpu:0', HOPLINE_SLICE_SECONDS: '1' }),
    });
    bundle = join(house.home, 'other-bundle.js');
    writeFileSync(bundle, `${readFileSync(join(here, '../generated/workflow-bundle.js'), 'utf8')}\n// another build\n`);
    const reader = {
      name: 'inline',
      description: 'texts of a test',
      async *read() {
        for (let index = 0; index < 20; index++) yield { id: `${index}`, group: `${index}`, text: `text ${index}`, meta: {} };
      },
    };
    await registerDataset(house.services, { name: 'toy', reader });
  });
  afterAll(() => house?.stop());

  const untilMade = async (runId: string, count: number): Promise<void> => {
    while ((await runProgress(house.services.db, runId)).totals.made < count) await sleep(20);
  };
  const buildOf = async (runId: string): Promise<string | null | undefined> =>
    (await house.services.temporal.deployment.openRuns()).find((run) => run.runId === runId)?.buildId;

  test('a new build takes new runs, and a run that began stays with its own', async () => {
    const old = await launchRun(house.services, { pipeline: 'toy', seed: 1, params: { milliseconds: 1_000 } });
    await untilMade(old.id, 4);
    const oldBuild = await buildOf(old.id);
    second = await house.startWorker({ HOPLINE_WORKFLOW_BUNDLE: bundle });
    while ((await house.services.temporal.deployment.currentBuild()) === oldBuild) await sleep(50);
    expect(await buildOf(old.id)).toBe(oldBuild);
    const fresh = await launchRun(house.services, { pipeline: 'toy', seed: 2, params: { milliseconds: 300 } });
    await untilMade(fresh.id, 4);
    expect(await buildOf(fresh.id)).not.toBe(oldBuild);
    await house.until(old.id, ['SUCCEEDED'], 60);
    await house.until(fresh.id, ['SUCCEEDED'], 60);
  });

  test('a run whose build has no worker left goes on with the build of now', async () => {
    await second.end('SIGTERM');
    const run = await launchRun(house.services, { pipeline: 'toy', seed: 3, params: { milliseconds: 200 } });
    // The build that takes new runs has no worker: this one must take them back.
    house.worker = await restart(house.worker, {});
    await untilMade(run.id, 8);
    house.worker = await restart(house.worker, { HOPLINE_WORKFLOW_BUNDLE: bundle });
    await house.until(run.id, ['SUCCEEDED'], 60);
    expect(readFileSync(join(house.home, 'worker.log'), 'utf8')).toMatch(/goes on with build \w+: no worker serves \w+ any more/);
  });

  async function restart(worker: WorkerProcess, env: NodeJS.ProcessEnv): Promise<WorkerProcess> {
    await worker.end('SIGKILL');
    return house.startWorker(env);
  }
});
