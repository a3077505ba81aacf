import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ancestors, impactOf, nodeRows, runMetrics, runProgress, sampleStory } from '../engine/lineage/index.ts';
import { launchRun, previewPlan } from '../engine/runs/index.ts';
import { registerDataset } from '../engine/runs/register-dataset.ts';
import { registerModel } from '../engine/runs/register-model.ts';
import { type House, startHouse } from './start-house.ts';

const input = { pipeline: 'mi2rage', params: { profile: 'tiny' }, seed: 1 };

async function furnish(house: House): Promise<void> {
  const { services } = house;
  await registerDataset(services, { name: 'scenes', reader: services.project.readers.get('scenes')! });
  const adapters = services.project.adapters;
  for (const model of services.project.models) await registerModel({ ...services, adapters }, { ...model, from: model.folder });
}

describe('mi2rage with the models that ship', () => {
  let house: House;
  let runId: string;
  let digest: string;

  beforeAll(async () => {
    house = await startHouse({ env: () => ({ HOPLINE_DEVICES: 'cpu:0,cpu:1' }) });
    await furnish(house);
    const run = await launchRun(house.services, input);
    runId = run.id;
    digest = (await house.until(runId, ['SUCCEEDED'], 900)).rootDigest!;
  }, 1_200_000);
  afterAll(() => house?.stop());

  test('measures every variant on its own checkpoint', async () => {
    const metrics = await runMetrics(house.services.db, runId);
    const tested = metrics.filter(
      (metric) => metric.node.endsWith('-test') && metric.name === 'accuracy' && metric.slice === 'ambiguous',
    );
    expect(tested.map((metric) => metric.node).sort()).toEqual(
      expect.arrayContaining(['direct-test', 'full-test', 'random-test', 'real-test', 'text-only-test', 'worst-test']),
    );
    for (const metric of tested) expect(metric.checkpoint).toMatch(/^[0-9a-f]{64}$/);
  });

  test('a kept view is walked back to a real text, and the text down to the metrics', async () => {
    const views = await nodeRows(house.services.db, runId, [{ node: 'images-2', medium: 'image' }]);
    const story = await sampleStory(house.services.db, views[0]!.key);
    expect(story.decisions.length).toBeGreaterThan(0);
    const { edges } = await ancestors(house.services.db, views[0]!.key, { first: 50 });
    const root = edges.at(-1)!.sample;
    expect(edges.map((edge) => edge.sample.medium)).toEqual(['text', 'image', 'text']);
    expect(root.key).toBe(views[0]!.rootKey);
    const impact = await impactOf(house.services.db, root.key);
    expect(impact.metrics.length).toBeGreaterThan(0);
    expect(impact.checkpoints.length).toBeGreaterThan(0);
  });

  test('a generated shard with pictures is read by pyarrow', async () => {
    const [row] = await nodeRows(house.services.db, runId, [{ node: 'images-1', medium: 'image' }]);
    const shard = join(house.home, 'shard.parquet');
    writeFileSync(shard, await house.services.store.get(row!.artifact));
    const script =
      'import sys, pyarrow.parquet as p; t = p.read_table(sys.argv[1]).to_pylist(); print(len(t), t[0]["image"]["bytes"][:8].hex())';
    try {
      execFileSync('python3', ['-c', 'import pyarrow'], { stdio: 'ignore' });
    } catch {
      console.log('skipped: python3 with pyarrow is not installed');
      return;
    }
    expect(execFileSync('python3', ['-c', script, shard]).toString().trim()).toMatch(/^\d+ 89504e470d0a1a0a$/);
  });

  test('a changed selection makes no picture anew', async () => {
    const plan = await previewPlan(house.services, { ...input, params: { profile: 'tiny', selection: { keep: 3 } } });
    const made = plan.nodes.filter((node) => node.toMake > 0).map((node) => node.name);
    expect(made.filter((name) => /^(images|captions|features|teacher|gate)/.test(name))).toEqual([]);
    expect(plan.nodes.find((node) => node.name === 'full-selection')!.reason).toContain('keep');
  });

  test('the same seed gives the same root digest elsewhere, with other hosts and through kill -9', async () => {
    const other = await startHouse({ env: () => ({ HOPLINE_DEVICES: 'cpu:0', HOPLINE_SLICE_SECONDS: '0.5' }) });
    try {
      await furnish(other);
      const run = await launchRun(other.services, input);
      await other.until(run.id, ['RUNNING']);
      for (let made = 0; made < 60; made = (await runProgress(other.services.db, run.id)).totals.made) await sleep(100);
      await other.worker.end('SIGKILL');
      await other.startWorker();
      expect((await other.until(run.id, ['SUCCEEDED'], 900)).rootDigest).toBe(digest);
    } finally {
      await other.stop();
    }
  }, 1_200_000);
});
