import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Home, LONG, type Result, type Shown } from './command-home.ts';

const homes: Home[] = [];
const newHome = (): Home => {
  const home = new Home();
  homes.push(home);
  return home;
};
afterAll(async () => {
  for (const home of homes) await home.remove();
});

const slow = ['--set', 'milliseconds=250'];
const launch = ['run', 'toy', '--seed', '1', ...slow];

describe.runIf(process.platform === 'linux')('kill -9 of everything in the middle of `hopline run`', () => {
  let undisturbed: string;
  const home = newHome();

  beforeAll(async () => {
    const calm = newHome();
    await calm.up();
    await calm.register(24);
    undisturbed = (await calm.json<Result>(launch)).rootDigest!;
    await calm.hopline('down');
  }, LONG);

  test('then `hopline up && hopline resume RUN` ends with the same root digest, and nothing finished was executed again', {
    timeout: LONG,
  }, async () => {
    await home.up();
    await home.register(24);
    const { ended } = home.start(launch);
    await home.until(() => home.executed().length >= 8);
    expect(home.killEverything()).toBeGreaterThanOrEqual(6);
    expect((await ended).code).toBeNull();
    const before = home.executed();

    await home.up();
    const [{ runId }] = (await home.json<Result[]>(['runs'])) as [Result];
    const resumed = await home.hopline('resume', runId, '--json');
    expect(resumed).toMatchObject({ code: 0, stderr: expect.stringMatching(/by itself|is resumed/) });
    expect(JSON.parse(resumed.stdout.trim().split('\n').at(-1)!)).toMatchObject({
      runId,
      state: 'SUCCEEDED',
      rootDigest: undisturbed,
    });

    const shown = await home.json<Shown>(['show', runId]);
    expect(shown.attempts).toMatchObject({
      tasks: { pending: 0, running: 0, failed: 0 },
      tasksCommittedTwice: 0,
      tasksStartedAfterCommit: 0,
    });
    expect(shown.attempts.attempts.committed).toBe(shown.attempts.tasks.committed);
    const again = home.executed(before.length).filter((line) => line.startsWith('rewrite') && before.includes(line));
    expect(again.length).toBeLessThanOrEqual(shown.attempts.attempts.superseded!);
    expect(shown.executions.map(({ reason }) => reason)).toEqual(['LAUNCHED', 'RESUMED']);

    const second = await home.hopline('resume', runId);
    expect(second).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/error\[RUN_NOT_RESUMABLE\] run .*it succeeded\nhint: hopline show/),
    });
  });

  test('and a run that succeeded by itself before anybody typed `resume` is shown, with exit code 0', {
    timeout: LONG,
  }, async () => {
    const { ended } = home.start(['run', 'toy', '--seed', '2', ...slow]);
    const before = home.executed().length;
    await home.until(() => home.executed().length >= before + 5);
    home.killEverything();
    await ended;
    await home.up();
    const [{ runId }] = (await home.json<Result[]>(['runs'])) as [Result];
    await home.until(async () => (await home.json<Shown>(['show', runId])).state === 'SUCCEEDED');
    const resumed = await home.hopline('resume', runId);
    expect(resumed).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('went on by itself after an interruption and has succeeded'),
    });
    expect((await home.json<Shown>(['show', runId])).executions).toHaveLength(1);
  });
});

describe('a run in a house that is up', () => {
  const home = newHome();
  beforeAll(async () => {
    await home.up();
    await home.register(16);
  }, LONG);

  test('that is running is not resumed; it is cancelled with a reason, and then resumed', { timeout: LONG }, async () => {
    const sets = ['--set', 'milliseconds=700', '--set', 'chains=4'];
    const { runId } = await home.json<Result>(['run', 'toy', '--seed', '5', ...sets, '--detach']);
    await home.until(() => home.executed().length >= 3);
    const refused = await home.hopline('resume', runId);
    expect(refused).toMatchObject({
      code: 1,
      stderr: `error[RUN_NOT_RESUMABLE] run ${runId}.state must be FAILED, CANCELLED, PAUSED or interrupted, got RUNNING: it is running\nhint: hopline watch ${runId}\n`,
    });

    const { workers } = await home.json<{ workers: { devices: string[]; inHand: { workflowId: string }[] }[] }>(['status']);
    expect(workers).toMatchObject([{ devices: ['cpu:0'], inHand: expect.any(Array) }]);

    await home.json(['cancel', runId, '--reason', 'too dear']);
    const resumed = await home.json<Result>(['resume', runId]);
    expect(resumed).toMatchObject({ runId, state: 'SUCCEEDED' });
    expect((await home.json<Shown>(['show', runId])).attempts).toMatchObject({
      tasksCommittedTwice: 0,
      tasksStartedAfterCommit: 0,
    });
    expect(await home.hopline('cancel', runId)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('error[RUN_FINISHED]'),
    });
  });

  test('that was cancelled shows why', { timeout: LONG }, async () => {
    const { runId } = await home.json<Result>(['run', 'toy', '--seed', '9', '--set', 'milliseconds=2000', '--detach']);
    await home.json(['cancel', runId, '--reason', 'wrong seed']);
    const watched = await home.json<Result>(['watch', runId], 1);
    expect(watched).toMatchObject({ state: 'CANCELLED', error: { code: 'CANCELLED', message: 'wrong seed' } });

    const events = async (...after: string[]): Promise<{ type: string; cursor: string }[]> => {
      const { stdout } = await home.hopline('watch', runId, '--json', ...after);
      return stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
    };
    const told = await events();
    expect(told.at(0)).toMatchObject({ type: 'run.created', cursor: expect.any(String) });
    expect(told.at(-1)).toEqual(watched);
    expect(await events('--after', told[2]!.cursor)).toEqual(told.slice(3));
  });

  test('is run again from a node on: that one and what reads it, bit for bit', { timeout: LONG }, async () => {
    const parent = await home.json<Result>(['run', 'toy', '--seed', '1', ...slow]);
    const before = home.executed().length;
    const again = await home.json<Result>(['rerun', parent.runId, '--from', 'judge']);
    expect(again).toMatchObject({ state: 'SUCCEEDED', rootDigest: parent.rootDigest });
    const kinds = home.executed(before).map((line) => line.replace(/ .*/, ''));
    expect([...new Set(kinds)].sort()).toEqual(['count', 'epoch', 'judge', 'keep']);
    expect(kinds.filter((kind) => kind === 'epoch')).toHaveLength(3);
    expect(await home.json<Shown>(['show', again.runId])).toMatchObject({
      parentRunId: parent.runId,
      remake: ['judge', 'scores', 'keep', 'count'],
    });
    expect(await home.hopline('rerun', parent.runId, '--from', 'jugde')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /error\[RERUN_NODE_UNKNOWN\] rerun\.fromNode must be one of texts, first.*got "jugde"\nhint: hopline rerun \S+ --from judge/,
      ),
    });
  });

  test('that fails shows its failures by cause, with an example and what helps', { timeout: LONG }, async () => {
    const { runId, error } = await home.json<Result>(['run', 'toy', '--seed', '4', '--set', 'poison=number 7'], 1);
    expect(error).toMatchObject({ code: 'NODE_FAILED_SHARE' });
    const { stdout } = await home.hopline('show', runId);
    expect(stdout).toMatch(/first +2 +the text is poison +[0-9a-f]{12}/);
    expect(stdout).toMatch(/first: the text is poison\nhint: hopline lineage [0-9a-f]{12}/);
  });

  test('is found by enough of its id, and an unknown id says which ones come close', { timeout: LONG }, async () => {
    const [{ runId }] = (await home.json<Result[]>(['runs'])) as [Result];
    const typo = `${runId.slice(0, -1)}${runId.endsWith('0') ? '1' : '0'}`;
    expect(await home.hopline('resume', '')).toMatchObject({
      code: 1,
      stderr: 'error[RUN_AMBIGUOUS] run must be named by at least 4 letters of its id, got ""\nhint: hopline runs\n',
    });
    expect(await home.hopline('resume', typo)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(new RegExp(`error\\[RUN_NOT_FOUND\\] run must be .*got ${typo}\nhint: .*${runId}`)),
    });
  });
});

test('a run whose code changed meanwhile says what is planned anew, and makes only that', { timeout: LONG }, async () => {
  const home = newHome();
  await home.up();
  await home.register(16);
  const { runId } = await home.json<Result>(['run', 'toy', '--seed', '3', '--set', 'milliseconds=500', '--detach']);
  await home.until(() => home.executed().length >= 4);
  await home.json(['cancel', runId]);
  await home.json<Result>(['watch', runId], 1);
  expect(await home.hopline('down')).toMatchObject({ code: 0 });
  home.env.TOY_JUDGE_VERSION = '2';
  await home.up();

  const before = home.executed();
  const { code, stderr, stdout } = await home.hopline('resume', runId, '--json');
  expect([code, JSON.parse(stdout.trim().split('\n').at(-1)!)]).toMatchObject([0, { runId, state: 'SUCCEEDED' }]);
  expect(stderr).toMatch(/^run \S+ is resumed, attempt 2\n/);
  expect(stderr).toMatch(/scores +anew: step toy-judge@1 -> toy-judge@2\n/);
  expect(stderr).toMatch(/keep +anew: input scores changed\n/);
  expect(stderr).toMatch(/\nfirst +\d+ +\d+/);
  const again = home.executed(before.length).filter((line) => line.startsWith('rewrite') && before.includes(line));
  expect(again.length).toBeLessThanOrEqual(1);
});
