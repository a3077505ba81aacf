import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runProgress } from '../engine/lineage/index.ts';
import type { Reader } from '../engine/plan/project.ts';
import { cancelRun, launchRun, pauseRun, previewPlan, resumeRun, unpauseRun } from '../engine/runs/index.ts';
import { registerDataset } from '../engine/runs/register-dataset.ts';
import { type House, startHouse } from './start-house.ts';

const project = join(dirname(fileURLToPath(import.meta.url)), 'toy-project');

const reader = (texts: string[]): Reader => ({
  name: 'inline',
  description: 'texts of a test',
  async *read() {
    for (const [index, text] of texts.entries()) yield { id: `row-${index}`, group: `row-${index}`, text, meta: {} };
  },
});
const texts = (count: number): string[] => Array.from({ length: count }, (_, index) => `text number ${index}`);
const register = (house: House, rows: string[], name = 'toy') => registerDataset(house.services, { name, reader: reader(rows) });

/** Lines that the toy steps left since the mark. */
function executed(house: House, since = 0): string[] {
  const path = join(house.home, 'toy.log');
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n').filter(Boolean).slice(since) : [];
}

/** Waits for the first samples of a node: finished work that a resume must not repeat. */
async function untilMade(house: House, runId: string, node: string): Promise<void> {
  for (;;) {
    const { nodes, state } = await runProgress(house.services.db, runId);
    if (nodes.some(({ name, made }) => name === node && made > 0)) return;
    expect(state, 'the run ended before it made anything').not.toMatch(/SUCCEEDED|FAILED|CANCELLED/);
    await sleep(20);
  }
}

/** Waits until no task of the run is in hand, and nothing was executed for a second. */
async function untilStill(house: House, runId: string): Promise<void> {
  for (let before = -1, inHand = true; inHand || before < executed(house).length; ) {
    before = executed(house).length;
    await sleep(1_000);
    const running = await house.services.db.query(`SELECT FROM task WHERE run_id = $1 AND state = 'running'`, [runId]);
    inHand = running.length > 0;
  }
}

describe('a run of every kind of node', () => {
  let house: House;
  let undisturbed: string;

  beforeAll(async () => {
    house = await startToy();
    await register(house, texts(20));
  });
  afterAll(() => house?.stop());

  test('ends with a root digest and every sample once', async () => {
    const run = await launchRun(house.services, { pipeline: 'toy', seed: 1 });
    const done = await house.until(run.id, ['SUCCEEDED']);
    undisturbed = done.rootDigest!;
    expect(undisturbed).toMatch(/^[0-9a-f]{64}$/);
    const { nodes } = await runProgress(house.services.db, run.id);
    expect(Object.fromEntries(nodes.map((node) => [node.name, node.made + node.cached]))).toMatchObject({
      first: 40,
      second: 40,
      scores: 80,
      judge: 3,
      keep: 1,
      count: 1,
    });
  });

  test('launched again makes nothing', async () => {
    const before = executed(house).length;
    const plan = await previewPlan(house.services, { pipeline: 'toy', seed: 1 });
    expect(plan.totals.toMake).toBe(0);
    const run = await launchRun(house.services, { pipeline: 'toy', seed: 1 });
    expect((await house.until(run.id, ['SUCCEEDED'])).rootDigest).toBe(undisturbed);
    expect(executed(house, before)).toEqual([]);
  });

  test('a changed selection runs only the selection and what follows, and the plan says so beforehand', async () => {
    const before = executed(house).length;
    const input = { pipeline: 'toy', seed: 1, params: { keep: 5 } };
    const plan = await previewPlan(house.services, input);
    expect(plan.nodes.filter((node) => node.toMake > 0).map((node) => [node.name, node.reason])).toEqual([
      ['keep', 'params.keep 3 -> 5'],
      ['count', 'input keep changed'],
    ]);
    const run = await launchRun(house.services, input);
    await house.until(run.id, ['SUCCEEDED']);
    expect(executed(house, before)).toEqual(['keep', 'count']);
  });

  test('one text more is the only new sample work', async () => {
    await register(house, texts(21));
    const before = executed(house).length;
    const input = { pipeline: 'toy', seed: 1 };
    const plan = await previewPlan(house.services, input);
    const made = Object.fromEntries(plan.nodes.map((node) => [node.name, node.toMake]));
    expect(made).toMatchObject({ first: 2, second: 2, scores: 84 });
    const run = await launchRun(house.services, input);
    await house.until(run.id, ['SUCCEEDED']);
    expect(executed(house, before).filter((line) => line.startsWith('rewrite'))).toHaveLength(2);
    await register(house, texts(20));
  });

  test('another seed makes other samples', async () => {
    const run = await launchRun(house.services, { pipeline: 'toy', seed: 2 });
    expect((await house.until(run.id, ['SUCCEEDED'])).rootDigest).not.toBe(undisturbed);
  });

  test('a device host that dies in an epoch is replaced and the run goes on', async () => {
    const crashOnce = join(house.home, 'crash-once');
    writeFileSync(crashOnce, '');
    const run = await launchRun(house.services, { pipeline: 'toy', seed: 3, params: { crashOnce } });
    await house.until(run.id, ['SUCCEEDED']);
    expect(existsSync(crashOnce)).toBe(false);
  });

  test('samples that fail are recorded and tolerated up to maxFailures', async () => {
    const tolerated = await launchRun(house.services, {
      pipeline: 'toy',
      seed: 4,
      params: { poison: 'number 7', maxFailures: 0.1 },
    });
    await house.until(tolerated.id, ['SUCCEEDED']);
    const { nodes } = await runProgress(house.services.db, tolerated.id);
    expect(nodes.find((node) => node.name === 'first')).toMatchObject({ failed: 2 });
    const refused = await launchRun(house.services, { pipeline: 'toy', seed: 5, params: { poison: 'number 7' } });
    const failed = await house.until(refused.id, ['FAILED']);
    expect(failed.error).toMatchObject({ code: 'NODE_FAILED_SHARE' });
  });

  test('a paused run holds still and goes on when it is unpaused', async () => {
    const run = await launchRun(house.services, { pipeline: 'toy', seed: 6, params: { milliseconds: 300 } });
    await untilMade(house, run.id, 'first');
    await pauseRun(house.services, run.id);
    await untilStill(house, run.id);
    const before = executed(house).length;
    await sleep(1_000);
    expect(executed(house).length).toBe(before);
    const { totals } = await runProgress(house.services.db, run.id);
    expect(totals.made, 'nothing was left to hold').toBeLessThan(80);
    await unpauseRun(house.services, run.id);
    await house.until(run.id, ['SUCCEEDED']);
  });

  test('a cancelled run is resumed where it was', async () => {
    const params = { milliseconds: 300 };
    const run = await launchRun(house.services, { pipeline: 'toy', seed: 7, params });
    await untilMade(house, run.id, 'first');
    await cancelRun(house.services, run.id);
    await house.until(run.id, ['CANCELLED']);
    const { totals } = await runProgress(house.services.db, run.id);
    const before = executed(house).length;
    await resumeRun(house.services, run.id);
    await house.until(run.id, ['SUCCEEDED']);
    expect(totals.made).toBeGreaterThan(0);
    expect(executed(house, before).filter((line) => line.startsWith('rewrite')).length).toBeLessThan(20);
  });

  test('bad input leaves nothing behind', async () => {
    await expect(launchRun(house.services, { pipeline: 'nothing' })).rejects.toMatchObject({ code: 'PIPELINE_NOT_FOUND' });
    await expect(launchRun(house.services, { pipeline: 'toy', params: { chains: 0, kep: 1 } })).rejects.toMatchObject({
      code: 'PARAMS_INVALID',
      message: expect.stringMatching(/params\.chains.*kep/s),
    });
    await expect(launchRun(house.services, { pipeline: 'toy', params: { dataset: 'none' } })).rejects.toMatchObject({
      code: 'DATASET_MISSING',
    });
  });
});

describe('the same seed', () => {
  test('gives one root digest in two homes, with other concurrency and through kill -9 of worker and hosts', async () => {
    const [calm, rough] = [
      await startToy({ HOPLINE_DEVICES: 'cpu:0' }),
      await startToy({ HOPLINE_DEVICES: 'cpu:0,cpu:1,cpu:2', HOPLINE_SLICE_SECONDS: '0.2' }),
    ];
    try {
      const input = { pipeline: 'toy', seed: 11, params: { milliseconds: 60 } };
      const digests: string[] = [];
      for (const house of [calm, rough]) {
        await register(house, texts(20));
        const run = await launchRun(house.services, input);
        if (house === rough) {
          await house.until(run.id, ['RUNNING']);
          await sleep(500);
          await house.worker.end('SIGKILL');
          await house.startWorker();
        }
        digests.push((await house.until(run.id, ['SUCCEEDED'])).rootDigest!);
      }
      expect(digests[1]).toBe(digests[0]);
    } finally {
      await calm.stop();
      await rough.stop();
    }
  });
});

function startToy(env: NodeJS.ProcessEnv = {}): Promise<House> {
  return startHouse({ project, env: (home) => ({ TOY_LOG: join(home, 'toy.log'), ...env }) });
}
