import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { recordOf, type SourceRecord } from './source-record.ts';

/** What beside a source decides how it is read: the nearest `package.json`, the nearest `tsconfig.json` with what it extends, and that none
 *  is nearer. Null where it extends something that we don't find. */
export function surroundings(source: string): SourceRecord | null {
  const record = { ...nearest('package.json', source), ...nearest('tsconfig.json', source) };
  const configs = Object.keys(record).filter((path) => path.endsWith('tsconfig.json') && record[path] !== null);
  for (const path of configs) {
    for (const name of extended(path)) {
      const base = configAt(name, path);
      if (base === null) return null;
      if (base in record) continue;
      Object.assign(record, recordOf([base]));
      configs.push(base);
    }
  }
  return record;
}

/** The file of that name in the source's folder or the first above it, and its absence in those below. */
function nearest(name: string, source: string): Record<string, string | null> {
  const record: Record<string, string | null> = {};
  for (let folder = dirname(source); ; folder = dirname(folder)) {
    const path = join(folder, name);
    Object.assign(record, recordOf([path]));
    if (record[path] !== null || dirname(folder) === folder) return record;
  }
}

/** Also of a file with comments, which is no JSON. */
function extended(config: string): string[] {
  const value = /"extends"\s*:\s*("[^"]*"|\[[^\]]*\])/.exec(readFileSync(config, 'utf8'))?.[1] ?? '';
  return [...value.matchAll(/"([^"]*)"/g)].map(([, name]) => name!);
}

function configAt(name: string, config: string): string | null {
  const isPath = isAbsolute(name) || name.startsWith('.');
  const asked = isPath ? resolve(dirname(config), name) : name;
  for (const candidate of [asked, `${asked}.json`, `${asked}/tsconfig.json`]) {
    try {
      return createRequire(config).resolve(candidate);
    } catch {}
  }
  return null;
}
