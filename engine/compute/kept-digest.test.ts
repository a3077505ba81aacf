import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeDigest } from './code-digest.ts';

const house = join(import.meta.dirname, '../..');
const root = mkdtempSync(join(house, 'generated/kept-digest-'));
const cache = join(root, 'cache');
const steps = join(root, 'steps.ts');
const helper = join(root, 'parts/shout.ts');
const upper = { module: pathToFileURL(steps).href, name: 'upper' };
afterAll(() => rmSync(root, { recursive: true, force: true }));

beforeAll(async () => {
  mkdirSync(join(root, 'parts'));
  writeFileSync(helper, 'export const shout = (text: string): string => text.toUpperCase();\n');
  writeFileSync(
    steps,
    `import { z } from 'zod';
import { defineStep } from '${join(house, 'engine/plan/define-step.ts')}';
import { shout } from './parts/shout.ts';
export const upper = defineStep({
  kind: 'map', name: 'upper', version: '1', module: import.meta.url, params: z.object({}), inputs: { text: 'text' }, output: 'text',
  run: async ({ items }) => items.map((item) => ({ text: shout(item.inputs.text!.text!) })),
});
`,
  );
  await sleep(100);
});

/** What a new process says the digests are. */
async function inNewProcess(...wanted: { module: string; name: string }[]): Promise<string[]> {
  const script = `const { codeDigest } = await import(${JSON.stringify(pathToFileURL(join(import.meta.dirname, 'code-digest.ts')).href)});
    for (const step of ${JSON.stringify(wanted)}) console.log(await codeDigest(step, ${JSON.stringify(cache)}));`;
  const args = ['--import', 'tsx', '--input-type=module', '-e', script];
  return (await promisify(execFile)(process.execPath, args, { cwd: house })).stdout.trim().split('\n');
}

const kept = (): string[] => readdirSync(join(cache, 'steps')).map((name) => join(cache, 'steps', name));

test('what is kept is what is computed, for a step of a project and for steps of ours', async () => {
  const ours = ['select-by-loss', 'write-captions', 'train-teacher'].map((name) => {
    const path = join(house, `pipelines/mi2rage/steps/${name}.ts`);
    return { module: pathToFileURL(path).href, name: /name: '([^']+)'/.exec(readFileSync(path, 'utf8'))![1]! };
  });
  const wanted = [upper, ...ours];
  const computed = await Promise.all(wanted.map((step) => codeDigest(step, null)));
  expect(await inNewProcess(...wanted)).toEqual(computed);
  expect(kept()).toHaveLength(wanted.length);
  expect(await inNewProcess(...wanted)).toEqual(computed);
});

test('a process believes what an earlier one kept, as long as every file has the same content', async () => {
  const [before] = await inNewProcess(upper);
  for (const path of kept()) writeFileSync(path, readFileSync(path, 'utf8').replace(before!, 'kept'));
  expect(await inNewProcess(upper)).toEqual(['kept']);
  const { atime, mtime } = statSync(helper);
  const source = readFileSync(helper, 'utf8');
  writeFileSync(helper, source.replace('toUpperCase', 'toLowerCase'));
  utimesSync(helper, atime, mtime);
  await sleep(100);
  const [edited] = await inNewProcess(upper);
  expect(edited).toMatch(/^[0-9a-f]{64}$/);
  expect(edited).not.toBe(before);
  writeFileSync(helper, source);
  expect(await inNewProcess(upper)).toEqual([before]);
});

test('what was made of a file younger than the process is not kept', async () => {
  rmSync(cache, { recursive: true });
  writeFileSync(helper, `${readFileSync(helper, 'utf8')}// saved\n`);
  await codeDigest(upper, cache);
  expect(() => kept()).toThrow('ENOENT');
});
