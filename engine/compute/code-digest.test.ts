import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { codeDigest } from './code-digest.ts';

const builds = vi.hoisted(() => vi.fn());
vi.mock('esbuild', async (original) => {
  const esbuild = await original<typeof import('esbuild')>();
  const build: typeof esbuild.build = (options) => {
    builds();
    return esbuild.build(options);
  };
  return { ...esbuild, build };
});

const defineStepPath = fileURLToPath(new URL('../plan/define-step.ts', import.meta.url));
const zod = dirname(createRequire(import.meta.url).resolve('zod/package.json'));

const helper = 'export const shout = (text: string): string => text.toUpperCase();\nexport const unused = 1;\n';
const steps = `import { z } from 'zod';
import { defineStep } from '${defineStepPath}';
import { shout } from './parts/shout.ts';

const params = z.object({ loud: z.boolean().default(true) });

/** Shouts. */
export const upper = defineStep({
  kind: 'map', name: 'upper', version: '1', module: import.meta.url, params, inputs: { text: 'text' }, output: 'text',
  run: async ({ items }) => items.map((item) => ({ text: shout(item.inputs.text!.text!) })),
});
const other = z.object({ n: z.number() });
export const lower = defineStep({
  kind: 'map', name: 'lower', version: '1', module: import.meta.url, params: other, inputs: { text: 'text' }, output: 'text',
  run: async ({ items }) => items.map((item) => ({ text: item.inputs.text!.text!.toLowerCase() })),
});
`;

let folder: string;
let folders: string[] = [];
beforeEach(() => {
  folder = project();
});
afterEach(() => {
  for (const path of folders) rmSync(path, { recursive: true, force: true });
  folders = [];
});

function project(edit: (source: string) => string = (source) => source): string {
  const path = mkdtempSync(join(tmpdir(), 'hopline-code-'));
  folders.push(path);
  mkdirSync(join(path, 'parts'));
  mkdirSync(join(path, 'node_modules'));
  symlinkSync(zod, join(path, 'node_modules/zod'));
  writeFileSync(join(path, 'steps.ts'), edit(steps));
  writeFileSync(join(path, 'parts/shout.ts'), helper);
  return path;
}

const digestIn = (path: string, name = 'upper'): Promise<string> =>
  codeDigest({ module: pathToFileURL(join(path, 'steps.ts')).href, name });

describe('code digest', () => {
  it('is the same in another folder', async () => {
    expect(await digestIn(project())).toBe(await digestIn(folder));
  });

  it('does not change with comments, blanks and types', async () => {
    const retouched = project((source) =>
      source
        .replace('/** Shouts. */', '// Shouts!\n\n')
        .replace('const params =', '  const params  =')
        .replace('items.map((item)', 'items.map((item: any)'),
    );
    expect(await digestIn(retouched)).toBe(await digestIn(folder));
  });

  it('changes with the step, with its params and with a local function that it reaches', async () => {
    const before = await digestIn(folder);
    expect(await digestIn(project((source) => source.replace('shout(item.', "'!' + shout(item.")))).not.toBe(before);
    expect(await digestIn(project((source) => source.replace('default(true)', 'default(false)')))).not.toBe(before);
    writeFileSync(join(folder, 'parts/shout.ts'), helper.replace('toUpperCase', 'toLocaleUpperCase'));
    expect(await digestIn(folder)).not.toBe(before);
    writeFileSync(join(folder, 'parts/shout.ts'), helper);
    expect(await digestIn(folder)).toBe(before);
  });

  it('does not change with a neighbour in the file or with what is imported and unused', async () => {
    const before = await digestIn(folder);
    expect(
      await digestIn(
        project((source) => source.replace('toLowerCase', 'toLocaleLowerCase').replace('n: z.number()', 'n: z.string()')),
      ),
    ).toBe(before);
    writeFileSync(join(folder, 'parts/shout.ts'), helper.replace('unused = 1', 'unused = 2'));
    expect(await digestIn(folder)).toBe(before);
    expect(await digestIn(folder, 'lower')).not.toBe(before);
  });

  it('bears a source where a call of zod only seems to be one', async () => {
    const odd = (source: string): string => `${source}\nexport const pattern = /(z.x)/;\nexport const word = '(z.B.)';\n`;
    expect(await digestIn(project(odd))).toMatch(/^[0-9a-f]{64}$/);
  });

  it('names a step that the module does not export', async () => {
    await expect(digestIn(folder, 'nothing')).rejects.toMatchObject({ code: 'STEP_MISSING' });
  });

  it('bundles nothing when nothing has changed', async () => {
    const module = pathToFileURL(join(folder, 'steps.ts')).href;
    const ask = async (): Promise<string[]> => [
      await codeDigest({ module, name: 'upper' }, null),
      await codeDigest({ module, name: 'lower' }, null),
    ];
    builds.mockClear();
    const before = await ask();
    expect(builds).toHaveBeenCalledTimes(2);
    for (let index = 0; index < 20; index++) expect(await ask()).toEqual(before);
    expect(builds).toHaveBeenCalledTimes(2);
    writeFileSync(join(folder, 'parts/shout.ts'), helper.replace('toUpperCase', 'toLowerCase'));
    expect(await ask()).toEqual([expect.not.stringMatching(before[0]!), before[1]]);
    expect(builds.mock.calls.length).toBeGreaterThan(2);
  });
});
