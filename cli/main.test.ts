import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { main } from './main.ts';

let printed = '';
beforeEach(() => {
  printed = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text, ...rest) => {
    printed += String(text);
    (rest.at(-1) as (() => void) | undefined)?.();
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

test.each([
  [['frobnicate'], /error\[USAGE\] unknown command 'frobnicate'\nhint: hopline --help/],
  [['run'], /error\[USAGE\] missing required argument 'pipeline'/],
  [['run', 'toy', '--seed', '1.5'], /'--seed <n>' argument '1\.5' is invalid\. It must be an integer from 0/],
  [['run', 'toy', '--set', 'keep'], /error\[USAGE\] --set must be name=value.*got keep\nhint: /],
  [['run', 'toy', '--label', 'x'], /error\[USAGE\] --label must be name=value, got x/],
  [
    ['plan', 'toy', '--params', '/nowhere.json'],
    /error\[USAGE\] --params must be a readable file, got \/nowhere\.json \(ENOENT\)/,
  ],
  [['what-if', 'latest', 'keep'], /error\[USAGE\] the rule must be one of --set, --share.*got none\nhint: .*--set keep=4/],
  [['what-if', 'latest', 'keep', '--share', '0.1', '--threshold', '1'], /error\[USAGE\].*got --share and --threshold/],
  [['what-if', 'latest', 'keep', '--set', 'a=1', '--worst'], /error\[USAGE\] --worst must come with --share.*got --set/],
  [['verify', 'latest', '--share', '2'], /'--share <n>' argument '2' is invalid\. It must be a number above 0 and at most 1/],
  [['verify', 'latest', '--latest', '--seed', '1'], /error\[USAGE\] --latest must be given alone/],
  [['compare', 'latest'], /error\[USAGE\] missing required argument 'runs'/],
  [['samples'], /error\[USAGE\] samples must be given a run, --text or --failed/],
  [['samples', 'latest', '--kept', '--dropped'], /error\[USAGE\] --kept and --dropped must not be given together/],
  [['samples', '--failed', '--node', 'x'], /error\[USAGE\] --node must come with a run/],
  [['samples', 'latest', '--score', 'loss=1'], /It must be 'NODE>=NUMBER'/],
  [['samples', 'latest', '--limit', '0'], /'--limit <n>' argument '0' is invalid\. It must be an integer >= 1/],
  [['retract', 'person', 'x', '--reason', 'y'], /Allowed choices are sample, model, dataset, prompt/],
  [['retract', 'model', 'x'], /error\[USAGE\] --reason must say why, got none/],
  [['retract', 'sample', 'XYZ', '--reason', 'y'], /error\[USAGE\] sample must be a key/],
  [['retract', 'model', 'x', '--reason', 'y'], /error\[USAGE\] --yes must be given where there is no terminal/],
  [['label', 'latest', 'x'], /error\[USAGE\] label must be name=value, got x/],
  [['cancel'], /error\[USAGE\] cancel must be given a run, or which runs.*got neither\nhint: hopline runs/],
  [['resume', 'latest', '--state', 'failed'], /error\[USAGE\] resume must be given a run, or.*got latest and a filter/],
  [['cancel', '--state', 'failed'], /error\[USAGE\] --yes must be given/],
  [['runs', '--state', 'done'], /'--state <state>' argument 'done' is invalid\. It must be one of planning/],
  [['runs', '--since', 'yesterday'], /It must be so long ago/],
  [['plan', 'toy', '--dataset', 'x'], /error\[USAGE\] --dataset must be name=value, got x/],
  [['lineage', 'abc'], /error\[USAGE\] sample must be a key/],
])('hopline %j is wrong usage: exit code 2, a line that says why, no stack', async (args, message) => {
  expect(await main(args)).toBe(2);
  expect(printed).toMatch(message);
  expect(printed).not.toContain('    at ');
});

test('an address that is no API is exit code 1 with a hint; --debug adds the stack', async () => {
  vi.stubEnv('HOPLINE_API_URL', 'http://127.0.0.1:9');
  expect(await main(['runs'])).toBe(1);
  expect(printed).toMatch(
    /^error\[API_UNREACHABLE\] api\.address must answer, got \S+ at http:\/\/127\.0\.0\.1:9\nhint: hopline status\n$/,
  );
  expect(await main(['runs', '--debug'])).toBe(1);
  expect(printed).toContain('    at ');
  vi.unstubAllEnvs();
});

test('a reader that has seen enough ends the command without a word', async () => {
  const exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never);
  vi.spyOn(process.stdout, 'write').mockImplementation((_text, ...rest) => {
    process.stdout.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    (rest.at(-1) as (() => void) | undefined)?.();
    return false;
  });
  await main(['--help']);
  expect(exit).toHaveBeenCalledWith(141);
  expect(printed).toBe('');
});
