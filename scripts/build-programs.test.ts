import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildIsCurrent } from '../engine/program/build-is-current.ts';
import { nodeArguments } from '../engine/program/node-arguments.ts';

const house = join(import.meta.dirname, '..');
const node = (...args: string[]) => spawnSync(process.execPath, args, { cwd: house, encoding: 'utf8' });
const probe = mkdtempSync(join(house, 'generated/probe-'));
afterAll(() => rmSync(probe, { recursive: true }));
let folder = '';

beforeAll(() => {
  const { stdout, stderr, status } = node('scripts/build-programs.mjs');
  expect(status, stderr).toBe(0);
  folder = stdout.split(' ')[0]!;
});

test('a step of a build names its source as its module', () => {
  const source = 'pipelines/mi2rage/steps/select-by-loss.ts';
  const script = `for (const step of Object.values(await import(${JSON.stringify(urlOf(source))}))) if (step.module) console.log(step.module)`;
  const modules = new Set(node('--input-type=module', '-e', script).stdout.trim().split('\n'));
  expect([...modules]).toEqual([pathToFileURL(join(house, source)).href]);
});

test('nothing in a build knows the switch of the fault programme', () => {
  const files = readdirSync(join(house, folder), { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.js'));
  expect(files.length).toBeGreaterThan(10);
  const knowing = files.filter((path) => readFileSync(join(house, folder, path), 'utf8').includes('process.env.HOPLINE_FAULTS'));
  expect(knowing).toEqual([]);
});

test('a build is no longer current once a source was saved', () => {
  const source = join(probe, 'source.ts');
  writeFileSync(source, 'export const one = 1;\n');
  const { mtimeMs, size } = statSync(source);
  writeFileSync(join(probe, 'inputs.json'), JSON.stringify({ [relative(house, source)]: `${mtimeMs} ${size}` }));
  const build = { folder: relative(house, probe), entries: [] };
  expect(buildIsCurrent(build)).toBe(true);
  utimesSync(source, new Date(), new Date(mtimeMs + 5_000));
  expect(buildIsCurrent(build)).toBe(false);
});

test('what runs from the sources starts its processes from the sources', () => {
  expect(nodeArguments('activities/worker-main.ts').at(-1)).toBe(join(house, 'activities/worker-main.ts'));
});

const urlOf = (source: string): string => pathToFileURL(join(house, folder, source.replace(/\.ts$/, '.js'))).href;
