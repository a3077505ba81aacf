import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import type { CommandContext } from './command-context.ts';
import { assertConfirmable, confirm } from './confirm.ts';

const terminal = (isTTY: boolean) => {
  const [stdin, stderr] = [Object.assign(new PassThrough(), { isTTY }), Object.assign(new PassThrough(), { isTTY })];
  return { stdin, stderr, signal: new AbortController().signal } as unknown as CommandContext & {
    stdin: PassThrough;
    stderr: PassThrough;
  };
};

test.each([
  ['y', true],
  ['Yes', true],
  ['', false],
  ['n', false],
  ['yeah', false],
])('%j at the terminal is %s', async (typed, answer) => {
  const context = terminal(true);
  context.stdin.write(`${typed}\n`);
  assertConfirmable(context, undefined);
  expect(await confirm(context, 'go on?', undefined)).toBe(answer);
  expect(String(context.stderr.read())).toContain('go on? [y/N]');
});

test('where nobody can be asked only --yes is a yes', async () => {
  expect(() => assertConfirmable(terminal(false), undefined)).toThrow('--yes must be given');
  assertConfirmable(terminal(false), true);
  expect(await confirm(terminal(false), 'go on?', true)).toBe(true);
});
