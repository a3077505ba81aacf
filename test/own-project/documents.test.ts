import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const here = dirname(fileURLToPath(import.meta.url));
const read = (path: string): string => readFileSync(join(here, path), 'utf8');
/** Without what a formatter decides. */
const tokens = (code: string): string => code.replace(/\s+/g, '').replace(/,(?=[}\])]|$)/g, '');
const blocks = (page: string): string[] => [...read(page).matchAll(/```ts\n([\s\S]*?)```/g)].map((match) => match[1]!);
const sources = ['hopline.config.ts', 'lines.ts', 'judged/hopline.config.ts', 'judged/steps.ts'].map((path) =>
  tokens(read(path)),
);

test('the README shows the project that is tested, whole', () => {
  expect(blocks('../../README.md').map(tokens)).toEqual([tokens(read('hopline.config.ts'))]);
});

test('what docs/pipelines.md shows is code that is tested', () => {
  const shown = blocks('../../docs/pipelines.md');
  expect(shown.length).toBeGreaterThan(3);
  for (const block of shown)
    expect(
      sources.some((source) => source.includes(tokens(block))),
      block,
    ).toBe(true);
});

test.each([
  'README.md',
  'docs/api.md',
  'docs/architecture.md',
  'docs/pipelines.md',
  'docs/reproducibility.md',
  'docs/security.md',
  'docs/settings.md',
])('the files that %s names are there', (page) => {
  const folder = dirname(join(here, '../..', page));
  const links = [...read(`../../${page}`).matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)]
    .map((match) => match[1]!)
    .filter((link) => !/^https?:/.test(link));
  for (const link of links) expect(() => readFileSync(join(folder, link)), link).not.toThrow(/ENOENT/);
});
