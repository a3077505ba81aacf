import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runProgress } from '../engine/lineage/index.ts';
import { launchRun } from '../engine/runs/index.ts';
import { registerDataset } from '../engine/runs/register-dataset.ts';
import { type House, startHouse } from './start-house.ts';

const here = dirname(fileURLToPath(import.meta.url));

/** A house, and the same workflow code with other bytes: another build. */
async function houseWithTwoBuilds(versioning: 'on' | 'off'): Promise<{ house: House; other: NodeJS.ProcessEnv }> {
  const house = await startHouse({
    project: join(here, 'toy-project'),
    env: () => ({
      HOPLINE_WORKER_VERSIONING: versioning,
      HOPLINE_HEARTBEAT_SECONDS: '300',
      HOPLINE_DEVICES: 'cpu:0',
      HOPLINE_SLICE_SECONDS: '1',
    }),
  });
  const bundle = join(house.home, 'other-bundle.js');
  writeFileSync(bundle, `${readFileSync(join(here, '../generated/workflow-bundle.js'), 'utf8')}\n// another build\n`);
  const reader = {
    name: 'inline',
    description: 'texts of a test',
    async *read() {
      for (let index = 0; index < 20; index++) yield { id: `${index}`, group: `${index}`, text: `text ${index}`, meta: {} };
    },
  };
  await registerDataset(house.services, { name: 'toy', reader });
  return { house, other: { HOPLINE_WORKFLOW_BUNDLE: bundle } };
}

async function restart(house: House, env: NodeJS.ProcessEnv): Promise<void> {
  await house.worker.end('SIGKILL');
  house.worker = await house.startWorker(env);
}

async function untilMade(house: House, runId: string, count: number): Promise<void> {
  while ((await runProgress(house.services.db, runId)).totals.made < count) await sleep(20);
}

const workerLog = (house: House): string => readFileSync(join(house.home, 'worker.log'), 'utf8');

describe('two builds of the workflow code, as versions of a Worker Deployment', () => {
  let house: House;
  let other: NodeJS.ProcessEnv;

  beforeAll(async () => {
    ({ house, other } = await houseWithTwoBuilds('on'));
  });
  afterAll(() => house?.stop());

  test('a new build takes new runs, and a run that began stays with its own', async () => {
    const { deployment } = house.services.temporal;
    const buildOf = async (id: string): Promise<string | null | undefined> =>
      (await deployment.openRuns()).find(({ runId }) => runId === id)?.buildId;
    const old = await launchRun(house.services, { pipeline: 'toy', seed: 1, params: { milliseconds: 1_500 } });
    await untilMade(house, old.id, 4);
    const oldBuild = await buildOf(old.id);
    const second = await house.startWorker(other);
    while ((await deployment.currentBuild()) === oldBuild) await sleep(50);
    expect(await buildOf(old.id)).toBe(oldBuild);
    const fresh = await launchRun(house.services, { pipeline: 'toy', seed: 2, params: { milliseconds: 300 } });
    await untilMade(house, fresh.id, 4);
    expect(await buildOf(fresh.id)).not.toBe(oldBuild);
    await house.until(old.id, ['SUCCEEDED']);
    await house.until(fresh.id, ['SUCCEEDED']);
    await second.end('SIGTERM');
  });

  test('a run whose build has no worker left goes on with the build of now', async () => {
    const run = await launchRun(house.services, { pipeline: 'toy', seed: 3, params: { milliseconds: 200 } });
    // The build that takes new runs has no worker: this one must take them back.
    await restart(house, {});
    await untilMade(house, run.id, 8);
    await restart(house, other);
    await house.until(run.id, ['SUCCEEDED']);
    expect(workerLog(house)).toMatch(/is started anew: no worker serves build \w+ any more/);
  });
});

test('without Worker Deployments, a run begun by a build that is gone is started anew', async () => {
  const { house, other } = await houseWithTwoBuilds('off');
  try {
    const run = await launchRun(house.services, { pipeline: 'toy', seed: 4, params: { milliseconds: 200 } });
    await untilMade(house, run.id, 8);
    await restart(house, other);
    await house.until(run.id, ['SUCCEEDED']);
    expect(workerLog(house)).toMatch(/is started anew: the workflow code was \w+ and is \w+/);
  } finally {
    await house.stop();
  }
});
