import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type Family, families } from './families.ts';
import { findFixtures } from './find-fixtures.ts';
import { hasFiles } from './read-refs.ts';

const family = (name: string, file: string): Family => ({
  name,
  recognises: async (folder) => hasFiles(folder, file),
  parity: async function* () {},
});

it('finds fixtures by their files at any depth, and names the folders that are none', async () => {
  const root = mkdtempSync(path.join(tmpdir(), 'hopline-parity-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const file of [
    'x/sd-again/model.json',
    'x/sd-again/refs/inner.json',
    'y/notes.txt',
    'y/z/more.txt',
    'pictures/files.json',
  ]) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), '');
  }
  const known = [family('models', 'model.json'), family('images', 'files.json'), family('inner', 'inner.json')];
  const { fixtures, unknown } = await findFixtures(root, known);
  const found = fixtures.map(({ folder, families: [first] }) => [path.relative(root, folder), first!.name]);
  expect(found).toEqual([
    ['pictures', 'images'],
    [path.join('x', 'sd-again'), 'models'],
  ]);
  expect(unknown.map((folder) => path.relative(root, folder))).toEqual(['y']);
  expect((await findFixtures(path.join(root, 'pictures'), known)).fixtures).toHaveLength(1);
});

it('knows a family by its file in test/parity', async () => {
  expect((await families()).map(({ name }) => name)).toContain('stable-diffusion');
});
