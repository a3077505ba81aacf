import { dirname, resolve } from 'node:path';
import type { Metafile } from 'esbuild';
import { type Digest, sha256 } from '../plan/digest.ts';
import { readCached, writeCached } from '../program/cache-folder.ts';
import { foundInstead } from '../program/found-instead.ts';
import { isUnchanged, isUnsettled, recordOf, type SourceRecord } from '../program/source-record.ts';
import { surroundings } from '../program/surroundings.ts';

interface KeptDigest {
  digest: Digest;
  /** What the bundle was made of. */
  files: string[];
  record: SourceRecord;
}

interface StepName {
  module: string;
  name: string;
}

/** What an earlier process found, if everything that it depends on has the same content. */
export function findDigest(cache: string, step: StepName): KeptDigest | undefined {
  try {
    const kept = readCached<KeptDigest>(cache, nameOf(step));
    return kept && isUnchanged(kept.record) ? kept : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps it for the next process; nothing where the disk doesn't take it. Not what was made of a file that is younger than this process: the
 *  step's export may have been looked up in an older state of it. */
export function keepDigest(
  cache: string,
  step: StepName,
  { digest, metafile, folder }: { digest: Digest; metafile: Metafile; folder: string },
): void {
  try {
    const record: Record<string, string | null> = {};
    const files: string[] = [];
    for (const [input, { imports }] of Object.entries(metafile.inputs)) {
      if (input === '<stdin>') continue;
      const path = resolve(folder, input);
      files.push(path);
      const around = surroundings(path);
      if (around === null) return;
      Object.assign(record, around);
      for (const { path: found, original, external } of imports)
        if (original !== undefined && !external)
          Object.assign(record, foundInstead(original, resolve(folder, found), dirname(path)));
    }
    Object.assign(record, recordOf(files));
    if (!isUnsettled(record, performance.timeOrigin))
      writeCached(cache, nameOf(step), JSON.stringify({ digest, files, record } satisfies KeptDigest));
  } catch {
    // A full or foreign disk: the next process bundles again.
  }
}

const nameOf = ({ module, name }: StepName): string => `steps/${sha256(`${module} ${name}`)}.json`;
