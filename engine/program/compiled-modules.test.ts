import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { compiledModule } from './compiled-modules.ts';

const OURS = 'export const defineStep = (step: object): object => ({ ...step });\n';
const CONFIG = `import { defineStep } from '../ours/index.ts';
import { shout, type Shout } from './parts/shout.ts';
import { version } from 'package-of-theirs';
const made: Shout = shout('config');
export default { defineStep, made, version, module: import.meta.url };
`;
const SHOUT = `export interface Shout { text: string }
export const shout = (text: string): Shout => ({ text: text.toUpperCase() });
export const fail = (): never => {
  throw new Error('line 4');
};
export const { url: module } = import.meta;
`;

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'compiled-'));
  write('ours/index.ts', OURS);
  write('ours/index.mjs', OURS.replaceAll(': object', ''));
  write('project/package.json', '{ "type": "module" }');
  write(
    'project/node_modules/package-of-theirs/package.json',
    '{ "name": "package-of-theirs", "type": "module", "exports": "./main.js" }',
  );
  write('project/node_modules/package-of-theirs/main.js', 'export const version = 1;\n');
  write('project/hopline.config.ts', CONFIG);
  write('project/parts/shout.ts', SHOUT);
  settle();
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const write = (path: string, text: string): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};
const urlOf = (path: string): string => pathToFileURL(join(root, path)).href;
const ours = (path: string): string | undefined => (path === join(root, 'ours/index.ts') ? urlOf('ours/index.mjs') : undefined);
const compiled = async (path = 'project/hopline.config.ts'): Promise<string> =>
  (await compiledModule(urlOf(path), { cache: join(root, 'cache'), ours })).get(urlOf(path))!;
const imported = async (path?: string) => import(await compiled(path));

/** What is saved in the moment of a compilation isn't kept. */
function settle(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60);
}

test('a source is compiled once, and what a later process finds is that file', async () => {
  const file = await compiled();
  writeFileSync(fileURLToPath(file), 'export default "from the cache";\n');
  expect(await imported()).toMatchObject({ default: 'from the cache' });
});

test('it finds what runs already, its packages, and the address of its source', async () => {
  const { default: config } = await imported();
  expect(config).toMatchObject({ made: { text: 'CONFIG' }, version: 1, module: urlOf('project/hopline.config.ts') });
  expect(config.defineStep).toBe((await import(urlOf('ours/index.mjs'))).defineStep);
});

test('a module that two others reach is one, whichever was asked for first', async () => {
  const alone = await compiled('project/parts/shout.ts');
  const { href } = new URL(alone);
  const file = fileURLToPath(await compiled());
  expect(readFileSync(file, 'utf8')).toContain(`./${href.split('/').at(-1)}`);
  expect(await compiled('project/parts/shout.ts')).toBe(alone);
});

test('an edit is seen, also of a file that it imports, also one that keeps size and time', async () => {
  const before = await compiled();
  const path = join(root, 'project/parts/shout.ts');
  const { atime, mtime } = statSync(path);
  writeFileSync(path, SHOUT.replace('toUpperCase', 'toLowerCase'));
  utimesSync(path, atime, mtime);
  expect(await compiled()).not.toBe(before);
  expect((await imported()).default.made).toEqual({ text: 'config' });
  writeFileSync(path, SHOUT);
  settle();
  expect(await compiled()).toBe(before);
  write('project/hopline.config.ts', CONFIG.replace("'config'", "'other'"));
  expect((await imported()).default.made).toEqual({ text: 'OTHER' });
});

test('what would be found instead is seen: a nearer package, a file before another', async () => {
  write('project/hopline.config.ts', CONFIG.replace('./parts/shout.ts', './parts/shout.js'));
  write('project/parts/node_modules/.keep', '');
  settle();
  expect((await imported()).default.made.text).toBe('CONFIG');
  write('project/parts/shout.js', "export const shout = () => ({ text: 'nearer' });\n");
  await expect(compiled()).rejects.toThrow('JavaScript beside the sources');
  rmSync(join(root, 'project/parts/shout.js'));
  const before = await compiled();
  write('node_modules/package-of-theirs/package.json', '{ "type": "module", "exports": "./main.js" }');
  expect(await compiled()).toBe(before);
  rmSync(join(root, 'project/node_modules'), { recursive: true });
  write('node_modules/package-of-theirs/main.js', 'export const version = 2;\n');
  expect((await imported()).default.version).toBe(2);
});

test('a changed tsconfig is seen, and one that it extends', async () => {
  write('project/tsconfig.json', '{ "extends": "./base.json" }');
  write('project/base.json', '{ "compilerOptions": { "useDefineForClassFields": true } }');
  write('project/hopline.config.ts', 'export default class { field?: string }\n');
  settle();
  const Defined = (await imported()).default;
  expect(Object.keys(new Defined())).toEqual(['field']);
  write('project/base.json', '{ "compilerOptions": { "useDefineForClassFields": false } }');
  const Assigned = (await imported()).default;
  expect(Object.keys(new Assigned())).toEqual([]);
});

test('a stack names the line of the source', async () => {
  const script = `process.setSourceMapsEnabled(true); const { fail } = await import(${JSON.stringify(await compiled('project/parts/shout.ts'))});
    try { fail() } catch (error) { console.log(error.stack) }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk) => (said += chunk));
  await once(child, 'close');
  expect(said).toContain('project/parts/shout.ts:4:');
});

test('processes that fill the cache at once agree, and leave nothing half', async () => {
  const module = pathToFileURL(join(import.meta.dirname, 'compiled-modules.ts')).href;
  const script = `const { compiledModule } = await import(${JSON.stringify(module)});
    const files = await compiledModule(${JSON.stringify(urlOf('project/parts/shout.ts'))}, { cache: ${JSON.stringify(join(root, 'cache'))}, ours: () => undefined });
    for (const file of files.values()) console.log(file, (await import(file)).shout('x').text);`;
  const outcomes = await Promise.all(
    [1, 2, 3].map(async () => {
      const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let said = '';
      child.stdout.on('data', (chunk) => (said += chunk));
      await once(child, 'close');
      return said;
    }),
  );
  expect(outcomes[0]).toMatch(/shout-[0-9a-f]{24}\.mjs X\n$/);
  expect(new Set(outcomes).size).toBe(1);
  const left = readdirSync(join(root, 'cache'), { recursive: true, encoding: 'utf8' });
  expect(left.filter((path) => path.endsWith('.draft'))).toEqual([]);
});

test.each([
  ['an import whose name is computed', 'const name = "./parts/shout.ts"; export default await import(name);'],
  [
    'require',
    'import { createRequire } from "node:module"; const require = createRequire(import.meta.url); export default require("zod");',
  ],
  ["isn't found", 'import "nowhere"; export default 1;'],
  ['a package that imports us', 'import "package-of-theirs"; export default 1;'],
])('%s is left to tsx', async (reason, source) => {
  write('project/hopline.config.ts', source);
  if (reason.includes('package'))
    write(
      'project/node_modules/package-of-theirs/package.json',
      '{ "exports": "./main.js", "peerDependencies": { "hopline": "*" } }',
    );
  await expect(compiled()).rejects.toThrow(reason);
});
