import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
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

test('the next start sees what was edited in a project, and a mistake in it by file and line', async () => {
  const project = mkdtempSync(join(tmpdir(), 'project-'));
  try {
    mkdirSync(join(project, 'node_modules'));
    symlinkSync(house, join(project, 'node_modules/hopline'));
    writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(project, 'reader-name.ts'), "export const name: string = 'first';\n");
    writeFileSync(
      join(project, 'hopline.config.ts'),
      `import { defineConfig, HoplineError } from 'hopline';
import { name } from './reader-name.ts';
if (name === 'none') throw new HoplineError('NAMELESS', 'name must be given');
export default defineConfig({ readers: [{ name, description: '', async *read() {} }] });
`,
    );
    await sleep(100);
    expect(readersOf(project)).toMatch(/must be one of .*, first, got/);
    const compiled = readdirSync(join(project, '.hopline/cache'), { recursive: true, encoding: 'utf8' });
    expect(compiled.filter((path) => /(hopline\.config|reader-name)-\w+\.mjs$/.test(path))).toHaveLength(2);
    expect(readersOf(project)).toMatch(/must be one of .*, first, got/);
    writeFileSync(join(project, 'reader-name.ts'), "export const name: string = 'other';\n");
    expect(readersOf(project)).toMatch(/must be one of .*, other, got/);
    writeFileSync(join(project, 'reader-name.ts'), "export const name: string = 'none';\n");
    expect(readersOf(project)).toContain('name must be given');
    writeFileSync(join(project, 'reader-name.ts'), 'export const name: = 1;\n');
    expect(readersOf(project)).toMatch(/reader-name\.ts:1:\d+/);
  } finally {
    rmSync(project, { recursive: true });
  }
});

/** What the command says about the readers of a project: it loads the configuration, and needs no services for that. */
function readersOf(project: string): string {
  const nowhere = '127.0.0.1:1';
  const env = {
    ...process.env,
    HOPLINE_SOURCES: '',
    HOPLINE_HOME: join(project, '.hopline'),
    HOPLINE_API_URL: `http://${nowhere}`,
    DATABASE_URL: `postgresql://nobody@${nowhere}/none`,
    TEMPORAL_ADDRESS: nowhere,
    STORE_URL: pathToFileURL(join(project, 'store')).href,
  };
  const args = [join(house, 'bin/hopline.js'), 'data', 'add', 'any', '--reader', 'asked'];
  return spawnSync(process.execPath, args, { cwd: project, env, encoding: 'utf8' }).stderr;
}

const urlOf = (source: string): string => pathToFileURL(join(house, folder, source.replace(/\.ts$/, '.js'))).href;
