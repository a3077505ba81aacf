import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { SourceRecord } from './source-record.ts';

/** Paths that an import would find instead, or might, if they were there: a record of their absence. `found` is what it finds now. */
export function foundInstead(specifier: string, found: string, folder: string): SourceRecord {
  if (isAbsolute(specifier) || /^\.\.?(\/|$)/.test(specifier)) return otherFiles(resolve(folder, specifier), found);
  return specifier.startsWith('#') ? {} : nearerPackages(specifier, folder);
}

/** Without an ending, with another one, or a folder. */
function otherFiles(asked: string, found: string): SourceRecord {
  if (asked === found) return {};
  const stem = asked.replace(/\.[mc]?jsx?$/, '');
  const candidates = [asked, ...ENDS.map((end) => stem + end), ...ENDS.map((end) => asked + end), join(asked, 'package.json')];
  return absent(candidates.concat(ENDS.map((end) => join(asked, `index${end}`))));
}

function nearerPackages(specifier: string, folder: string): SourceRecord {
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  const candidates: string[] = [];
  for (let above = folder; ; above = dirname(above)) {
    const path = join(above, 'node_modules', name);
    if (existsSync(path)) break;
    candidates.push(path);
    if (dirname(above) === above) break;
  }
  return absent(candidates);
}

const absent = (candidates: readonly string[]): SourceRecord =>
  Object.fromEntries(candidates.filter((path) => !existsSync(path)).map((path) => [path, null]));

const ENDS = ['.tsx', '.ts', '.mts', '.cts', '.jsx', '.js', '.mjs', '.cjs', '.json'];
