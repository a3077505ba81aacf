import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Family } from './families.ts';

export interface FoundFixture {
  readonly folder: string;
  readonly families: readonly Family[];
}

export interface Found {
  readonly fixtures: readonly FoundFixture[];
  /** Folders that neither are fixtures nor have one below them; of nested ones the outermost. */
  readonly unknown: readonly string[];
}

/** Looks through a folder for fixtures. What lies inside one is its own business. */
export async function findFixtures(folder: string, families: readonly Family[]): Promise<Found> {
  const matching: Family[] = [];
  for (const family of families) if (await family.recognises(folder)) matching.push(family);
  if (matching.length > 0) return { fixtures: [{ folder, families: matching }], unknown: [] };
  const inner: Found[] = [];
  for (const entry of (await readdir(folder, { withFileTypes: true })).sort((a, b) => a.name.localeCompare(b.name)))
    if (entry.isDirectory()) inner.push(await findFixtures(path.join(folder, entry.name), families));
  const fixtures = inner.flatMap((found) => found.fixtures);
  return { fixtures, unknown: fixtures.length > 0 ? inner.flatMap((found) => found.unknown) : [folder] };
}
