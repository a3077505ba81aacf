import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rootDigest, runProgress } from '../engine/lineage/index.ts';
import { cancelRun, launchRun, previewPlan, rerunRun, resumeRun, verifyRun } from '../engine/runs/index.ts';
import { registerDataset } from '../engine/runs/register-dataset.ts';
import { type House, startHouse } from './start-house.ts';

const project = join(dirname(fileURLToPath(import.meta.url)), 'verified-project');
const TEXTS = 20;

let house: House;
let subject: string;
/** Everything that the run that is verified consists of. */
let asItWas: unknown;

beforeAll(async () => {
  house = await startHouse({
    project,
    env: (home) => ({ STEP_LOG: join(home, 'steps.log'), CHANGED_FILE: join(home, 'changed') }),
  });
  const reader = {
    name: 'texts',
    description: 'texts of a test',
    async *read() {
      for (let index = 0; index < TEXTS; index++) yield { id: `${index}`, group: `${index}`, text: `text ${index}`, meta: {} };
    },
  };
  await registerDataset(house.services, { name: 'rows', reader });
  subject = (await launchRun(house.services, { pipeline: 'verified', seed: 1 })).id;
  await house.until(subject, ['SUCCEEDED']);
  asItWas = await contentsOf(subject);
});
afterAll(() => house?.stop());

const change = (): void => writeFileSync(join(house.home, 'changed'), '');
const restore = (): void => rmSync(join(house.home, 'changed'), { force: true });

/** What the steps were asked for since the mark. */
function executed(since = 0): string[] {
  const path = join(house.home, 'steps.log');
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n').filter(Boolean).slice(since) : [];
}

async function contentsOf(runId: string): Promise<unknown> {
  const { db } = house.services;
  const events = await db.query('SELECT id FROM event WHERE run_id = $1 ORDER BY id', [runId]);
  const [row] = await db.query('SELECT * FROM run WHERE id = $1', [runId]);
  const tables = ['sample', 'score', 'outcome', 'edge', 'divergence', 'artifact'];
  const counts = await Promise.all(tables.map((table) => db.query(`SELECT count(*) FROM ${table}`)));
  return { events, row, counts, root: await rootDigest(db, runId) };
}

interface Found {
  node: string;
  step: string;
  outcome: string;
  determinism: string;
  provider: string;
  count: number;
}

const foundBy = (runId: string): Promise<Found[]> =>
  house.services.db.query(
    `SELECT node, step, outcome, determinism, provider, count(*)::int AS count FROM verification WHERE run_id = $1
      GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 3`,
    [runId],
  );

async function verified(share: number, seed = 0): Promise<string> {
  const run = await verifyRun(house.services, subject, { share, seed });
  await house.until(run.id, ['SUCCEEDED']);
  return run.id;
}

describe('a run that is verified', () => {
  test('whole comes out as its steps declare, and nothing of it changes', async () => {
    const run = await verified(1);
    expect(await foundBy(run)).toEqual([
      { node: 'claim', step: 'claim@1', outcome: 'match', determinism: 'bitwise', provider: 'cpu', count: TEXTS },
      { node: 'dice', step: 'dice@1', outcome: 'within-tolerance', determinism: 'stochastic', provider: 'cpu', count: TEXTS },
      { node: 'measure', step: 'measure@1', outcome: 'match', determinism: 'tolerance(0.001)', provider: 'cpu', count: TEXTS },
      { node: 'tell', step: 'verified-tell@1', outcome: 'match', determinism: 'tolerance(0.000001)', provider: 'cpu', count: 1 },
    ]);
    expect(await contentsOf(subject)).toEqual(asItWas);
    const { totals } = await runProgress(house.services.db, run);
    expect(totals).toMatchObject({ expected: 61, made: 61, cached: 0, failed: 0 });
  });

  test('tells what came out a little or wholly otherwise, with both digests, and believes nothing of it', async () => {
    change();
    try {
      const run = await verified(1);
      expect(await foundBy(run)).toMatchObject([
        { node: 'claim', outcome: 'match', count: TEXTS - 2 },
        { node: 'claim', outcome: 'mismatch', count: 2 },
        { node: 'dice', outcome: 'within-tolerance' },
        { node: 'measure', outcome: 'within-tolerance', count: TEXTS },
        { node: 'tell', outcome: 'mismatch', count: 1 },
      ]);
      const [mismatch] = await house.services.db.query<{ expected: string; found: string; stored: string; text: string }>(
        `SELECT v.expected, v.found, s.content_digest AS stored, s.text FROM verification v JOIN sample s USING (key)
          WHERE v.run_id = $1 AND v.node = 'claim' AND v.outcome = 'mismatch' ORDER BY s.text LIMIT 1`,
        [run],
      );
      expect(mismatch).toMatchObject({ text: 'text 13 claimed', stored: mismatch!.expected });
      expect(mismatch!.found).not.toBe(mismatch!.expected);
      const [measured] = await house.services.db.query<{ difference: number }>(
        `SELECT max(difference) AS difference FROM verification WHERE run_id = $1 AND node = 'measure'`,
        [run],
      );
      expect(measured!.difference).toBeCloseTo(2e-4, 6);
      expect(await contentsOf(subject)).toEqual(asItWas);
    } finally {
      restore();
    }
  });

  test('in part is a share of its tasks, the same for the same seed and others for another', async () => {
    const drawnBy = async (runId: string): Promise<string[]> =>
      (
        await house.services.db.query<{ key: string }>('SELECT key FROM verification WHERE run_id = $1 ORDER BY key', [runId])
      ).map(({ key }) => key);
    const [one, again, other] = [await verified(0.25, 1), await verified(0.25, 1), await verified(0.25, 2)];
    expect(await drawnBy(again)).toEqual(await drawnBy(one));
    expect(await drawnBy(other)).not.toEqual(await drawnBy(one));
    const [{ verification }] = (await house.services.db.query<{ verification: unknown }>(
      'SELECT verification FROM run WHERE id = $1',
      [one],
    )) as [{ verification: unknown }];
    // Three chains of five batches and one reduction.
    expect(verification).toMatchObject({ share: 0.25, seed: 1, tasks: 4, of: 16 });
  });

  test('is not what a plan is compared with, nor rerun, nor verified itself', async () => {
    const run = await verified(0.1);
    expect((await previewPlan(house.services, { pipeline: 'verified', seed: 1 })).totals.toMake).toBe(0);
    await expect(rerunRun(house.services, run, { strategy: 'ALL' })).rejects.toMatchObject({ code: 'RERUN_INVALID' });
    await expect(verifyRun(house.services, run, { share: 1 })).rejects.toMatchObject({ code: 'RUN_NOT_VERIFIABLE' });
  });

  test.for([0, -0.1, 1.1, Number.NaN])('is refused with a share of %d', async (share) => {
    await expect(verifyRun(house.services, subject, { share })).rejects.toMatchObject({ code: 'VERIFY_INVALID' });
  });
});

describe('a verification', () => {
  let slow: string;
  beforeAll(async () => {
    slow = (await launchRun(house.services, { pipeline: 'verified', seed: 2, params: { milliseconds: 400 } })).id;
    await house.until(slow, ['SUCCEEDED']);
  });

  /** Keys whose making had begun again before and after the mark. */
  const claimed = (lines: readonly string[]): string[] =>
    lines.filter((line) => line.startsWith('claim')).flatMap((line) => line.split(' ').slice(1));
  const recorded = async (runId: string): Promise<string[]> =>
    (
      await house.services.db.query<{ key: string }>(
        "SELECT left(encode(key, 'hex'), 12) AS key FROM verification WHERE run_id = $1",
        [runId],
      )
    ).map(({ key }) => key);
  const untilRecorded = async (runId: string): Promise<void> => {
    while ((await recorded(runId)).length < 4) await sleep(20);
  };

  test('whose worker is killed goes on, and executes nothing twice that it had recorded', async () => {
    const run = await verifyRun(house.services, slow, { share: 1 });
    await untilRecorded(run.id);
    await house.worker.end('SIGKILL');
    const [before, done] = [executed().length, await recorded(run.id)];
    house.worker = await house.startWorker();
    await house.until(run.id, ['SUCCEEDED']);
    const after = claimed(executed(before));
    expect(done.filter((key) => after.includes(key))).toEqual([]);
    expect(await recorded(run.id)).toHaveLength(61);
  });

  test('that is cancelled is resumed where it was', async () => {
    const run = await verifyRun(house.services, slow, { share: 1 });
    await untilRecorded(run.id);
    await cancelRun(house.services, run.id);
    await house.until(run.id, ['CANCELLED']);
    const [before, done] = [executed().length, await recorded(run.id)];
    await resumeRun(house.services, run.id);
    await house.until(run.id, ['SUCCEEDED']);
    const after = claimed(executed(before));
    expect(done.filter((key) => after.includes(key))).toEqual([]);
    expect(await recorded(run.id)).toHaveLength(61);
  });

  test('waits for the end of the run', async () => {
    const run = await launchRun(house.services, { pipeline: 'verified', seed: 3, params: { milliseconds: 2_000 } });
    await expect(verifyRun(house.services, run.id, { share: 1 })).rejects.toMatchObject({ code: 'RUN_NOT_VERIFIABLE' });
    await cancelRun(house.services, run.id);
    await house.until(run.id, ['CANCELLED']);
  });
});
