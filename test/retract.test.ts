import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readEvents, runProgress } from '../engine/lineage/index.ts';
import { retractionsOf } from '../engine/lineage/retractions.ts';
import type { Reader } from '../engine/plan/project.ts';
import { launchRun, previewPlan, rerunRun, retract } from '../engine/runs/index.ts';
import { registerDataset } from '../engine/runs/register-dataset.ts';
import { type House, startHouse } from './start-house.ts';

const project = join(dirname(fileURLToPath(import.meta.url)), 'toy-project');
const TEXTS = 20;
const owner = { name: 'ada', visibility: null };

const reader: Reader = {
  name: 'inline',
  description: 'texts of a test',
  async *read() {
    for (let index = 0; index < TEXTS; index++)
      yield { id: `${index}`, group: `${index}`, text: `text number ${index}`, meta: {} };
  },
};

let house: House;
let first: string;
let undisturbed: string;

beforeAll(async () => {
  house = await startHouse({ project, env: (home) => ({ TOY_LOG: join(home, 'toy.log') }) });
  await registerDataset(house.services, { name: 'toy', reader });
  first = (await launchRun(house.services, { pipeline: 'toy', seed: 1 })).id;
  undisturbed = (await house.until(first, ['SUCCEEDED'])).rootDigest!;
});
afterAll(() => house?.stop());

/** Lines that the toy steps left since the mark. */
function executed(since = 0): string[] {
  const path = join(house.home, 'toy.log');
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n').filter(Boolean).slice(since) : [];
}

/** Made and cached by node. */
async function countsOf(runId: string): Promise<Record<string, [made: number, cached: number]>> {
  const { nodes } = await runProgress(house.services.db, runId);
  return Object.fromEntries(nodes.map((node) => [node.name, [node.made, node.cached]]));
}

async function rerun(): Promise<{ id: string; rootDigest: string }> {
  const run = await rerunRun(house.services, first, { strategy: 'FROM_FAILURE' });
  const { id, rootDigest } = await house.until(run.id, ['SUCCEEDED']);
  return { id, rootDigest: rootDigest! };
}

/** Keys of the members of a node, in their order. */
const membersOf = async (runId: string, node: string): Promise<string[]> =>
  (
    await house.services.db.query<{ key: string }>(
      `SELECT s.key FROM node_sample m JOIN sample s ON s.id = m.sample_id JOIN node n ON n.id = m.node_id
        WHERE n.run_id = $1 AND n.name = $2 ORDER BY m.ordinal`,
      [runId, node],
    )
  ).map(({ key }) => key);

describe('a rerun', () => {
  test('makes nothing while nothing is retracted, not even after a dry run', async () => {
    const { impact, retraction } = await retract(house.services, { prompt: 'text number 3', dryRun: true }, owner);
    expect(retraction).toBeNull();
    expect(impact).toMatchObject({ runs: [first] });
    const before = executed().length;
    expect((await rerun()).rootDigest).toBe(undisturbed);
    expect(executed(before)).toEqual([]);
  });

  test('after a derived sample was retracted makes again exactly what depended on it', async () => {
    const members = await membersOf(first, 'first');
    const sample = members[5]!;
    const { impact } = await retract(house.services, { sample, reason: 'it is a slur' }, owner);
    expect(impact.samples).toBe(1);
    const before = executed().length;
    const { id, rootDigest } = await rerun();
    expect(await countsOf(id)).toEqual({
      texts: [0, TEXTS],
      // The sample is not handed on, nor is what was made of it; every other text is there already.
      first: [0, 39],
      second: [0, 39],
      // The judge had trained on it, so everything that the judge says is said anew.
      judge: [3, 0],
      scores: [78, 0],
      keep: [1, 0],
      count: [1, 0],
    });
    expect(executed(before).filter((line) => line.startsWith('rewrite'))).toEqual([]);
    expect(await membersOf(id, 'first')).toEqual(members.filter((key) => key !== sample));
    expect(rootDigest).not.toBe(undisturbed);
    const { events } = await readEvents(house.services.db, { runId: first, limit: 500 });
    expect(events.filter(({ type }) => type === 'run.retraction').map(({ payload }) => payload)).toEqual([
      { kind: 'sample', key: sample, name: null, reason: 'it is a slur', withdrawn: false },
    ]);
    expect((await retractionsOf(house.services.db, [sample], null)).get(sample)).toMatchObject({
      reason: 'it is a slur',
      retractedBy: 'ada',
    });

    await retract(house.services, { sample, withdraw: true }, owner);
    const again = executed().length;
    expect((await rerun()).rootDigest).toBe(undisturbed);
    expect(executed(again)).toEqual([]);
  });

  test('after a leaf was retracted leaves the training alone', async () => {
    const sample = (await membersOf(first, 'second'))[7]!;
    await retract(house.services, { sample, reason: 'garbled' }, owner);
    const { id } = await rerun();
    expect(await countsOf(id)).toEqual({
      texts: [0, TEXTS],
      first: [0, 40],
      second: [0, 39],
      judge: [0, 3],
      scores: [0, 79],
      keep: [1, 0],
      count: [1, 0],
    });
    await retract(house.services, { sample, withdraw: true }, owner);
  });

  test('after a prompt was retracted loses the rows that say it', async () => {
    const preview = await previewPlan(house.services, { pipeline: 'toy', seed: 1 });
    expect(preview.totals.toMake).toBe(0);
    const { retraction } = await retract(house.services, { prompt: 'text number 3', reason: 'a name' }, owner);
    expect(retraction).toMatchObject({ kind: 'prompt', name: 'text number 3' });
    const left = await previewPlan(house.services, { pipeline: 'toy', seed: 1 });
    expect(Object.fromEntries(left.nodes.map((node) => [node.name, [node.toMake, node.cached]]))).toEqual({
      texts: [0, 19],
      first: [0, 38],
      second: [0, 38],
      judge: [3, 0],
      scores: [76, 0],
      keep: [1, 0],
      count: [1, 0],
    });
    const before = executed().length;
    const { id } = await rerun();
    expect(await countsOf(id)).toMatchObject({ texts: [0, 19], first: [0, 38], second: [0, 38], judge: [3, 0] });
    expect(executed(before).filter((line) => line.startsWith('rewrite'))).toEqual([]);
    await retract(house.services, { prompt: 'text number 3', withdraw: true }, owner);
    expect((await rerun()).rootDigest).toBe(undisturbed);
  });
});

describe('a retraction for one project', () => {
  test('holds for that project alone, and no other sees it', async () => {
    const { db } = house.services;
    const [here] = await db.query<{ id: number }>(`SELECT id FROM project WHERE name = 'default'`);
    const [there] = await db.query<{ id: number }>(`INSERT INTO project (name) VALUES ('there') RETURNING id`);
    const sample = (await membersOf(first, 'first'))[0]!;
    await expect(retract(house.services, { sample, reason: 'x' }, { name: 'eve', visibility: there!.id })).rejects.toMatchObject({
      code: 'SAMPLE_NOT_FOUND',
    });
    await retract(house.services, { sample, reason: 'x' }, { name: 'bob', visibility: here!.id });
    const expected = async (inProject: string): Promise<number> => {
      const { nodes } = await previewPlan(house.services, { pipeline: 'toy', seed: 1, project: inProject });
      return nodes.find(({ name }) => name === 'first')!.expected;
    };
    expect([await expected('default'), await expected('there')]).toEqual([39, 40]);
    const seenBy = async (visibility: number | null): Promise<number> => (await retractionsOf(db, [sample], visibility)).size;
    expect([await seenBy(here!.id), await seenBy(there!.id), await seenBy(null)]).toEqual([1, 0, 1]);
  });
});
