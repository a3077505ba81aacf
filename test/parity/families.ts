import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ParityCase } from './parity-case.ts';

/** A kind of fixture: whether a folder is one, by its files, and how our numbers compare with its. */
export interface Family {
  readonly name: string;
  recognises(folder: string): Promise<boolean>;
  parity(folder: string): AsyncIterable<ParityCase>;
}

/** Every file of this folder that exports `recognises` and `parity`: a new family is registered by being there. */
export async function families(): Promise<Family[]> {
  const found: Family[] = [];
  const own = ['families.ts', 'index.ts'];
  for (const file of (await readdir(import.meta.dirname)).sort()) {
    if (!file.endsWith('.ts') || file.endsWith('.test.ts') || own.includes(file)) continue;
    const { recognises, parity } = await import(pathToFileURL(path.join(import.meta.dirname, file)).href);
    if (typeof recognises === 'function' && typeof parity === 'function')
      found.push({ name: path.basename(file, '.ts'), recognises, parity });
  }
  return found;
}
