import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunRow, runMetrics, runProgress } from '../../../engine/lineage/index.ts';
import { launchRun } from '../../../engine/runs/index.ts';
import { registerDataset } from '../../../engine/runs/register-dataset.ts';
import { type House, startHouse } from '../../start-house.ts';

const project = dirname(fileURLToPath(import.meta.url));
let house: House;

beforeAll(async () => {
  house = await startHouse({ project });
  const reader = house.services.project.readers.get('lines')!;
  await registerDataset(house.services, { name: 'proverbs', reader, from: join(project, '../data') });
});
afterAll(() => house?.stop());

const runOf = async (params: object, ends: RunRow['state'] = 'SUCCEEDED'): Promise<RunRow> =>
  house.until((await launchRun(house.services, { pipeline: 'judged-whispers', params: { ...params } })).id, [ends]);
const countsOf = async (run: RunRow): Promise<Record<string, [number, number]>> =>
  Object.fromEntries(
    (await runProgress(house.services.db, run.id)).nodes.map(({ name, made, failed }) => [name, [made, failed]]),
  );

test('a pipeline of one’s own with every kind of node keeps the best of each proverb', async () => {
  const run = await runOf({ keep: 2 });
  expect(await countsOf(run)).toMatchObject({
    'first-ear': [12, 0],
    'second-ear': [12, 0],
    words: [2, 0],
    forgetting: [24, 0],
    best: [1, 0],
    kept: [1, 0],
  });
  expect((await runMetrics(house.services.db, run.id)).map(({ name, value }) => [name, value])).toEqual([['kept', 8]]);
});

test('items that fail are recorded while their share is small enough', async () => {
  // Two words are left of "still waters run deep" on its three chains of depth 2.
  const run = await runOf({ shortest: 3, maxFailures: 0.2 });
  expect((await countsOf(run)).forgetting).toEqual([21, 3]);
});

test('more failures than allowed end the run with the node’s name', async () => {
  const run = await runOf({ shortest: 4 }, 'FAILED');
  expect(run.error).toMatchObject({ code: 'NODE_FAILED_SHARE' });
  expect(run.error!.message).toContain('forgetting');
});
