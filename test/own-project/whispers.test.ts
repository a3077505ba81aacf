import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runMetrics, runProgress } from '../../engine/lineage/index.ts';
import { launchRun, previewPlan } from '../../engine/runs/index.ts';
import { registerDataset } from '../../engine/runs/register-dataset.ts';
import { type House, startHouse } from '../start-house.ts';

const project = dirname(fileURLToPath(import.meta.url));
let house: House;

beforeAll(async () => {
  house = await startHouse({ project });
  const reader = house.services.project.readers.get('lines')!;
  await registerDataset(house.services, { name: 'proverbs', reader, from: join(project, 'data') });
});
afterAll(() => house?.stop());

test('a project of one’s own runs from its hopline.config.ts: texts, two hops, one number', async () => {
  const run = await launchRun(house.services, { pipeline: 'whispers', seed: 3, params: { chains: 3 } });
  await house.until(run.id, ['SUCCEEDED']);
  const { nodes } = await runProgress(house.services.db, run.id);
  expect(Object.fromEntries(nodes.map((node) => [node.name, node.made + node.cached]))).toEqual({
    texts: 4,
    'first-ear': 12,
    'second-ear': 12,
    'words-left': 1,
  });
  // The proverbs have 6, 6, 5 and 4 words; every chain loses two of them.
  expect((await runMetrics(house.services.db, run.id)).map(({ name, value }) => [name, value])).toEqual([['words', 5.25 - 2]]);
});

test('a chain more makes the samples of that chain only, and the plan says so', async () => {
  const plan = await previewPlan(house.services, { pipeline: 'whispers', seed: 3, params: { chains: 4 } });
  expect(plan.nodes.map(({ name, cached, toMake, reason }) => [name, cached, toMake, reason])).toEqual([
    ['texts', 4, 0, null],
    ['first-ear', 12, 4, 'items 12 -> 16'],
    ['second-ear', 12, 4, 'input first-ear changed'],
    ['words-left', 0, 1, 'input second-ear changed'],
  ]);
});

test('a misspelt param is refused by name', async () => {
  await expect(launchRun(house.services, { pipeline: 'whispers', params: { chans: 3 } })).rejects.toMatchObject({
    code: 'PARAMS_INVALID',
  });
});
