import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { failureGroups, nodeOutcomes, runProgress } from '../engine/lineage/index.ts';
import type { JsonObject } from '../engine/plan/json.ts';
import type { Reader } from '../engine/plan/project.ts';
import { launchRun, resumeRun } from '../engine/runs/index.ts';
import { registerDataset } from '../engine/runs/register-dataset.ts';
import { type House, startHouse } from './start-house.ts';

const project = join(dirname(fileURLToPath(import.meta.url)), 'faulty-project');

const reader: Reader = {
  name: 'inline',
  description: 'texts of a test',
  async *read() {
    for (let index = 0; index < 32; index++) yield { id: `row-${index}`, group: `g${index}`, text: `text ${index}.`, meta: {} };
  },
};

let house: House;
let seed = 1;
beforeAll(async () => {
  house = await startHouse({
    project,
    env: (home) => ({
      FAULTY_LOG: join(home, 'faulty.log'),
      HOPLINE_DEVICES: 'cpu:0,cpu:1',
      // A host ends itself at three times as much.
      HOPLINE_HOST_MEMORY_MB: '150',
    }),
  });
  await registerDataset(house.services, { name: 'faulty', reader });
});
afterAll(() => house?.stop());

async function launch(params: JsonObject, withSeed = seed++): Promise<string> {
  return (await launchRun(house.services, { pipeline: 'faulty', seed: withSeed, params })).id;
}

/** Lines that the steps left since the mark: the word of the hop, the number of items, their texts. */
function executed(since = 0): string[] {
  const path = join(house.home, 'faulty.log');
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n').slice(since) : [];
}

async function texts(runId: string): Promise<string[]> {
  const [tally] = await nodeOutcomes(house.services.db, runId, 'tally');
  return (tally!.result as { texts: string[] }).texts;
}

test('a batch that needs more memory than a host may have is halved, and makes the same', async () => {
  const calm = await launch({}, 100);
  await house.until(calm, ['SUCCEEDED']);
  const before = executed().length;
  // 16 items need 960 MiB, 8 need 480, 4 need 240: a host may have 450.
  const greedy = await launch({ fault: { memory: 60 } }, 100);
  await house.until(greedy, ['SUCCEEDED']);
  expect(await texts(greedy)).toEqual(await texts(calm));
  const sizes = executed(before).flatMap((line) => (line.startsWith('then ') ? [Number(line.split(' ')[1])] : []));
  expect(sizes.toSorted((a, b) => b - a).slice(0, 6)).toEqual([16, 16, 8, 8, 4, 4]);
});

test('an item that kills its host is found in its batch, and everything else is made', async () => {
  const runId = await launch({ maxFailures: 0.1, fault: { poison: 'text 7.', how: 'abort' } });
  await house.until(runId, ['SUCCEEDED']);
  const { nodes } = await runProgress(house.services.db, runId);
  const counts = Object.fromEntries(nodes.map(({ name, made, failed }) => [name, [made, failed]]));
  expect(counts).toMatchObject({ first: [32, 0], second: [31, 1], third: [31, 1], scores: [31, 1], tally: [1, 0] });
  expect(await failureGroups(house.services.db, runId)).toMatchObject([
    { node: 'second', cause: 'DEVICE_LOST', count: 1, example: { reason: expect.stringContaining('SIGABRT') } },
    { node: 'third', cause: 'input text … failed', count: 1 },
    { node: 'scores', cause: 'input text … failed', count: 1 },
  ]);
});

test('blank texts and scores that are no number fail alone, and too many of them fail the run', async () => {
  const params = { nan: 'text 9.', fault: { blank: 'text 3.' } };
  const tolerated = await launch({ ...params, maxFailures: 0.1 });
  await house.until(tolerated, ['SUCCEEDED']);
  const groups = await failureGroups(house.services.db, tolerated);
  expect(groups.map(({ node, cause, count }) => [node, cause, count])).toEqual([
    ['second', 'STEP_OUTPUT_BLANK', 1],
    ['third', 'input text … failed', 1],
    ['scores', 'STEP_OUTPUT_NAN', 1],
    ['scores', 'input text … failed', 1],
  ]);
  const refused = await launch(params);
  expect((await house.until(refused, ['FAILED'])).error).toMatchObject({ code: 'NODE_FAILED_SHARE' });
});

test('one task that fails for good lets the others finish, and a resume runs it and what depends on it', async () => {
  const whileFile = join(house.home, 'broken');
  writeFileSync(whileFile, '');
  const runId = await launch({ fault: { broken: 'text 20.', whileFile } });
  const { error } = await house.until(runId, ['FAILED']);
  expect(error).toMatchObject({ code: 'STEP_FAILED', message: expect.stringContaining('no answer for text 20. (3 attempts)') });
  const { nodes } = await runProgress(house.services.db, runId);
  expect(Object.fromEntries(nodes.map(({ name, made }) => [name, made]))).toMatchObject({
    first: 32,
    second: 16,
    third: 16,
    scores: 16,
    model: 0,
    tally: 0,
  });
  rmSync(whileFile);
  const before = executed().length;
  await resumeRun(house.services, runId);
  await house.until(runId, ['SUCCEEDED']);
  const lines = executed(before).map((line) => line.split(' ').slice(0, 2).join(' '));
  expect(lines).toEqual(['then 16', 'end 16', 'epoch 0', 'epoch 1', 'epoch 2', 'tally']);
});

test('a task that can never succeed fails the run soon', async () => {
  const runId = await launch({ at: 'first', fault: { mistake: 'text' } });
  expect((await house.until(runId, ['FAILED'])).error).toMatchObject({
    code: 'STEP_FAILED',
    message: expect.stringContaining('text is not a function'),
  });
});
