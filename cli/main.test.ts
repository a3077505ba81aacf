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
