import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Home, LONG, type Result } from './command-home.ts';

const home = new Home(join(dirname(fileURLToPath(import.meta.url)), 'questions-project'));
const changed = join(home.path, 'changed');
const TEXTS = 12;

/** Runs of one pipeline with one seed: as declared, and with five kept instead of three. */
let first: string;
let other: string;
let verified: string;

const lines = (name: string, count: number): string => {
  const folder = join(home.path, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'lines.txt'), Array.from({ length: count }, (_, at) => `text number ${at}\n`).join(''));
  return folder;
};

beforeAll(async () => {
  home.env.CHANGED_FILE = changed;
  home.env.STEP_LOG = join(home.path, 'steps.log');
  await home.up();
  for (const name of ['toy', 'rows']) await home.json(['data', 'add', name, '--reader', 'lines', '--from', lines('a', TEXTS)]);
  first = (await home.json<Result>(['run', 'toy', '--seed', '1', '--label', 'study=first'])).runId;
  other = (await home.json<Result>(['run', 'toy', '--seed', '1', '--set', 'keep=5'])).runId;
  verified = (await home.json<Result>(['run', 'verified'])).runId;
}, LONG);
afterAll(() => home.remove());

interface Sample {
  key: string;
  text: string;
  hop: number;
  chain: number;
  loss: number;
}
const samplesOf = (...args: string[]): Promise<Sample[]> => home.json(['samples', ...args]);
const keysOf = (samples: readonly Sample[]): string[] => samples.map(({ key }) => key).sort();

describe('hopline what-if', () => {
  interface WhatIf {
    candidates: number;
    keptNow: number;
    keptThen: number;
    gained: Sample[];
    lost: Sample[];
  }

  test('says what a run with that rule keeps, and executes nothing but the selection itself', { timeout: LONG }, async () => {
    const before = home.executed().length;
    const answer = await home.json<WhatIf>(['what-if', first, 'keep', '--set', 'keep=5']);
    expect(answer).toMatchObject({ candidates: 4 * TEXTS, keptNow: 3, keptThen: 5, gainedCount: 2, lostCount: 0, lost: [] });
    const [now, then] = [await samplesOf(first, '--node', 'keep', '--kept'), await samplesOf(other, '--node', 'keep', '--kept')];
    expect(keysOf([...now, ...answer.gained])).toEqual(keysOf(then));
    expect(answer.gained.map(({ loss }) => loss)).toEqual(answer.gained.map(({ loss }) => loss).sort());
    expect(home.executed(before)).toEqual(['keep']);
  });

  test('shows a few of those that enter and leave, with their scores', { timeout: LONG }, async () => {
    const { stdout, code } = await home.hopline('what-if', first, 'keep', '--share', '0.5', '--worst', '--samples', '2');
    expect(code).toBe(0);
    expect(stdout).toMatch(/48 candidates, 3 kept now, 24 then; 2\d would enter, \d leave/);
    expect(stdout).toMatch(
      /entering, lowest loss first\nsample +hop +score\n[0-9a-f]{12} +[12] +0\.\d+ +"text number \d+ and \d+/,
    );
    expect(stdout).toMatch(/\nand 2\d more\n/);
  });
});

describe('hopline verify', () => {
  interface Verified {
    verifiedBy: string;
    mismatch: number;
    mismatches: { node: string; expected: string; found: string }[];
  }

  test('ends with 0 where the same comes out, with 1 and what differs where it does not', { timeout: LONG }, async () => {
    const same = await home.hopline('verify', verified, '--share', '1');
    expect(same).toMatchObject({ code: 0, stdout: expect.stringMatching(/all 37 came out as they should\n$/) });
    expect(same.stdout).toMatch(/claim +claim@1 +bitwise +cpu cpu:0 +12 +0 +0 +0/);

    writeFileSync(changed, '');
    const found = await home.json<Verified>(['verify', verified, '--share', '1'], 1);
    rmSync(changed);
    expect(found).toMatchObject({ runId: verified, state: 'SUCCEEDED', match: 11, withinTolerance: 24, mismatch: 2 });
    expect(found.mismatches.map(({ node }) => node).sort()).toEqual(['claim', 'tell']);
    expect(found.mismatches[0]!.expected).not.toBe(found.mismatches[0]!.found);

    const latest = await home.hopline('verify', verified, '--latest');
    expect(latest).toMatchObject({ code: 1, stderr: '', stdout: expect.stringContaining('2 of 37 came out otherwise') });
    expect(latest.stdout).toContain(found.mismatches[0]!.expected.slice(0, 12));
    expect((await home.hopline('show', found.verifiedBy)).stdout).toContain(`it verifies ${verified}`);
    // The verifying run is the newest, and makes nothing: what was made is what questions are about.
    expect((await home.hopline('show', 'latest')).stdout).toMatch(new RegExp(`^run ${verified} `));
    expect((await home.hopline('runs', '--limit', '1')).stdout).toContain(`verifies ${verified}`);
  });

  test('with --detach returns at once, and --latest follows', { timeout: LONG }, async () => {
    const { verifiedBy } = await home.json<Verified>(['verify', first, '--share', '0.2', '--seed', '7', '--detach']);
    expect(await home.json(['verify', first, '--latest'])).toMatchObject({
      verifiedBy,
      state: 'SUCCEEDED',
      seed: 7,
      mismatch: 0,
    });
  });
});

test('hopline drift has a line for each hop', { timeout: LONG }, async () => {
  const { hops } = await home.json<{ hops: { hop: number; samples: number }[] }>(['drift', first]);
  expect(hops.map(({ hop, samples }) => [hop, samples])).toEqual([
    [1, 2 * TEXTS],
    [2, 2 * TEXTS],
  ]);
  const { stdout } = await home.hopline('drift', first.slice(0, -1));
  expect(stdout).toMatch(/^hop +depth +modality +samples .*\n +1 +1 +text +24 +24 +0\.\d+ .*scores +24 /);
});

test('hopline compare tells params, nodes, samples and metrics apart', { timeout: LONG }, async () => {
  const { stdout } = await home.hopline('compare', first, other);
  expect(stdout).toMatch(/\nkeep +3 +5\n/);
  expect(stdout).toMatch(/\nfirst +same +24 +0 +0\n/);
  expect(stdout).toMatch(/\nkeep +differs +params\.keep 3 -> 5\n/);
  expect(stdout).toMatch(/\ncount +all +kept +3 +5 +\+2\n/);
  expect(await home.json(['compare', first, other, '--metric', 'nothing'])).toMatchObject({
    params: [{ path: 'keep', values: [3, 5] }],
    metrics: [],
  });
});

test('hopline samples finds by node, decision, score, text and hop', { timeout: LONG }, async () => {
  expect(await samplesOf(first, '--node', 'first', '--all')).toHaveLength(2 * TEXTS);
  expect(await samplesOf(first, '--node', 'keep', '--dropped', '--all')).toHaveLength(4 * TEXTS - 3);
  const low = await samplesOf(first, '--node', 'scores', '--score', 'scores>=0.2', '--score', 'scores<=0.6', '--all');
  const all = await samplesOf(first, '--node', 'scores', '--all');
  expect([all.length, low.length > 0, low.length < all.length]).toEqual([4 * TEXTS, true, true]);
  const seven = await samplesOf(first, '--text', '"number 7" and', '--hop', '2');
  expect(seven.map(({ text, hop }) => [text.startsWith('text number 7 and'), hop])).toEqual([
    [true, 2],
    [true, 2],
  ]);
  const { stdout, stderr } = await home.hopline('samples', first, '--node', 'keep', '--kept', '--limit', '2');
  expect(stdout).toMatch(/text +[12] +[01] +scores 0\.\d+ +kept by keep +"text number/);
  expect(stderr).toBe('there are more: --limit 10, --all\n');
  expect(await samplesOf('--failed')).toEqual([]);
});

test('hopline label gives and takes labels, which hopline runs filters by', { timeout: LONG }, async () => {
  expect(await home.json(['label', first, 'keep=yes', 'study='])).toEqual({ runId: first, labels: { keep: 'yes' } });
  expect((await home.json<Result[]>(['runs', '--label', 'keep=yes', '--pipeline', 'toy'])).map(({ runId }) => runId)).toEqual([
    first,
  ]);
  expect(await home.json(['runs', '--label', 'study=first'])).toEqual([]);
  expect(await home.json(['runs', '--since', '1h', '--state', 'failed'])).toEqual([]);
  expect(await home.json<Result[]>(['runs', '--before', '2020-01-01'])).toEqual([]);
  expect((await home.hopline('show', first)).stdout).toContain('labels keep=yes\n');
  const tooLong = await home.hopline('label', first, `${'x'.repeat(101)}=1`, `y=${'z'.repeat(1_001)}`);
  expect(tooLong).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^error\[LABELS_INVALID\].*1 to 100.*1000 characters/),
  });
});

test('hopline cancel and resume take a filter, say what it hits, and want a yes', { timeout: LONG }, async () => {
  const slow = ['--set', 'milliseconds=2000', '--label', 'batch=b', '--detach'];
  for (const seed of ['11', '12', '13']) await home.json(['run', 'toy', '--seed', seed, ...slow]);
  const unasked = await home.hopline('cancel', '--label', 'batch=b');
  expect(unasked).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes must be given') });
  expect(await home.json(['runs', '--label', 'batch=b', '--state', 'cancelled'])).toEqual([]);

  const cancelled = await home.hopline('cancel', '--label', 'batch=b', '--reason', 'too dear', '--yes');
  expect(cancelled).toMatchObject({
    code: 0,
    stdout: '3 cancelled\n',
    stderr: expect.stringMatching(/^run +pipeline .*\n(r.*toy.*\n){3}$/),
  });
  const ended = (): Promise<{ error: { message: string } }[]> =>
    home.json(['runs', '--label', 'batch=b', '--state', 'cancelled']);
  await home.until(async () => (await ended()).length === 3);
  expect((await ended()).map(({ error }) => error.message)).toEqual(['too dear', 'too dear', 'too dear']);
  expect(await home.hopline('cancel', '--label', 'batch=b', '--yes')).toMatchObject({
    code: 0,
    stdout: 'no runs to be cancelled\n',
  });
  const finished = await home.json<{ refused: number; outcomes: { code: string }[] }>(
    ['cancel', '--label', 'batch=b', '--state', 'cancelled', '--yes'],
    1,
  );
  expect(finished.outcomes.map(({ code }) => code)).toEqual(['RUN_FINISHED', 'RUN_FINISHED', 'RUN_FINISHED']);

  expect(await home.json(['resume', '--label', 'batch=b', '--yes'])).toMatchObject({ done: 3, refused: 0, remaining: 0 });
  expect(await home.json(['cancel', '--label', 'batch=b', '--yes'])).toMatchObject({ done: 3 });
});

test('hopline retract shows what rests on a thing before it marks it', { timeout: LONG }, async () => {
  const [sample] = (await samplesOf(first, '--node', 'first', '--limit', '1')) as [Sample];
  const asked = await home.hopline('retract', 'sample', sample.key.slice(0, 10), '--dry-run');
  expect(asked).toMatchObject({ code: 0, stdout: expect.stringMatching(/downstream: 1 samples, 2 scores/) });
  const reason = ['--reason', 'a slur', '--yes'];
  expect(await home.json(['retract', 'sample', sample.key.slice(0, 10), ...reason])).toMatchObject({
    retraction: { kind: 'SAMPLE', key: sample.key, project: null, reason: 'a slur' },
  });
  expect(await home.json(['retract', 'sample', sample.key, '--withdraw', '--yes'])).toMatchObject({
    retraction: { key: sample.key },
  });

  const prompt = await home.hopline('retract', 'prompt', 'text number 3', '--project', 'default', ...reason);
  expect(prompt).toMatchObject({ code: 0, stdout: expect.stringMatching(/\nretracted for project default\n$/) });
  expect(prompt.stderr).toContain(`hopline rerun ${first} makes`);
  expect(await home.hopline('retract', 'prompt', 'text number 3', '--withdraw', '--yes')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('RETRACTION_NOT_FOUND'),
  });
  expect(await home.hopline('retract', 'prompt', 'text number 3', '--project', 'default', '--withdraw', '--yes')).toMatchObject({
    code: 0,
  });
});

test('hopline plan and run take another version of a dataset than the latest', { timeout: LONG }, async () => {
  await home.json(['data', 'add', 'toy', '--reader', 'lines', '--from', lines('b', 3)]);
  const versions = await home.json<{ digest: string; rows: number }[]>(['data', 'ls', 'toy']);
  expect(versions.map(({ rows }) => rows)).toEqual([3, TEXTS]);
  expect((await home.hopline('data', 'ls', 'toy')).stdout).toContain(versions[1]!.digest);
  const toMake = async (...args: string[]): Promise<number> =>
    (await home.json<{ totals: { toMake: number } }>(['plan', 'toy', '--seed', '1', ...args])).totals.toMake;
  expect(await toMake()).toBeGreaterThan(0);
  expect(await toMake('--dataset', `toy=${versions[1]!.digest}`)).toBe(0);
  expect(await toMake('--dataset', `toy=${versions[1]!.digest.slice(0, 12)}`)).toBe(0);
  const unknown = await home.hopline('run', 'toy', '--dataset', 'other=toy', '--model', 'painter=x');
  expect(unknown).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/error\[PARAMS_INVALID\].*datasets\.other: .*models\.painter: /),
  });
});

describe('wrong use', () => {
  const nowhere = 'r00000000000000';
  test.for<readonly [name: string, args: () => string[], code: number, message: RegExp]>([
    ['an unknown run', () => ['what-if', nowhere, 'keep', '--share', '1'], 1, /error\[RUN_NOT_FOUND\]/],
    ['an unknown run', () => ['verify', nowhere], 1, /error\[RUN_NOT_FOUND\]/],
    ['an unknown run', () => ['drift', nowhere], 1, /error\[RUN_NOT_FOUND\]/],
    ['an unknown run', () => ['compare', first, nowhere], 1, /error\[RUN_NOT_FOUND\]/],
    ['an unknown run', () => ['samples', nowhere], 1, /error\[RUN_NOT_FOUND\]/],
    ['an unknown run', () => ['label', nowhere, 'a=b'], 1, /error\[RUN_NOT_FOUND\]/],
    ['an ambiguous run', () => ['drift', first.slice(0, 4)], 1, /error\[RUN_AMBIGUOUS\]/],
    [
      'an unknown node',
      () => ['what-if', first, 'kept', '--share', '1'],
      1,
      /NODE_NOT_FOUND.*a selection of run \S+: keep, got kept/,
    ],
    ['another kind of node', () => ['what-if', first, 'scores', '--share', '1'], 1, /error\[WHAT_IF_NODE_INVALID\]/],
    ['an unknown node', () => ['samples', first, '--node', 'frist'], 1, /error\[NODE_NOT_FOUND\]/],
    [
      'all that is wrong with params at once',
      () => ['what-if', first, 'keep', '--set', 'keep=few', '--set', 'keeep=3'],
      1,
      /error\[PARAMS_INVALID\].*params\.keep: .*params\.keeep: is no param/,
    ],
    ['NUL', () => ['what-if', first, 'keep', '--set', 'keep="\\u0000"'], 1, /error\[TEXT_INVALID\]/],
    [
      'an unknown scorer',
      () => ['what-if', first, 'keep', '--scores', 'judge'],
      1,
      /error\[WHAT_IF_NO_SCORES\] --scores must be/,
    ],
    ['one run compared with itself', () => ['compare', first, first], 1, /error\[COMPARE_INVALID\]/],
    ['a run without a verification', () => ['verify', other, '--latest'], 1, /VERIFICATION_NOT_FOUND.*\nhint: hopline verify/],
    ['an unknown sample', () => ['retract', 'sample', 'deadbeef', '--dry-run'], 1, /error\[SAMPLE_NOT_FOUND\]/],
    ['an unknown model', () => ['retract', 'model', 'painter', '--dry-run'], 1, /error\[MODEL_MISSING\]/],
    ['an unknown project', () => ['retract', 'dataset', 'toy', '--project', 'lab', '--dry-run'], 1, /error\[PROJECT_NOT_FOUND\]/],
  ])('of %s is named', { timeout: LONG }, async ([, args, code, message]) => {
    expect(await home.hopline(...args())).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(message) });
  });
});
