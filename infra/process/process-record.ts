import { readdirSync } from 'node:fs';
import { isAlive, type ProcessIdentity } from '../../engine/recovery/process-identity.ts';
import { readJson, removeFile, writeJson } from './atomic-file.ts';
import { endProcess } from './end-process.ts';

/** What is written beside a running child, so that a later life can find it after a `kill -9` of ours. */
export interface ProcessRecord extends ProcessIdentity {
  /** The signal that asks this one to end. */
  signal: NodeJS.Signals;
}

const recordPath = (home: string, name: string): string => `${home}/run/${name}.process.json`;

export const recordProcess = (home: string, name: string, record: ProcessRecord): void =>
  writeJson(recordPath(home, name), record);

/** Removes the record, unless it speaks of a newer process already. */
export function forgetProcess(home: string, name: string, identity: ProcessIdentity): void {
  if (readJson<ProcessRecord>(recordPath(home, name))?.startedAt === identity.startedAt) removeFile(recordPath(home, name));
}

/** Children that an earlier life recorded, by name; only those that still live. */
export function livingOrphans(home: string): Map<string, ProcessRecord> {
  const orphans = new Map<string, ProcessRecord>();
  for (const file of recordFiles(home)) {
    const name = file.slice(0, -'.process.json'.length);
    const record = readJson<ProcessRecord>(recordPath(home, name));
    if (record && isAlive(record)) orphans.set(name, record);
    else removeFile(recordPath(home, name));
  }
  return orphans;
}

/** The order in which an earlier life's children are ended: those that use a service before the service. */
const LAST = ['temporal', 'postgres'];

/** Ends every living child of an earlier life. Call it only with the home's lock in hand. Returns their names. */
export async function endOrphans(home: string, grace = 10_000): Promise<string[]> {
  const orphans = [...livingOrphans(home)].sort(([a], [b]) => LAST.indexOf(a) - LAST.indexOf(b));
  for (const [name, record] of orphans) {
    await endProcess(record, { signal: record.signal, grace });
    forgetProcess(home, name, record);
  }
  return orphans.map(([name]) => name);
}

function recordFiles(home: string): string[] {
  try {
    return readdirSync(`${home}/run`).filter((file) => file.endsWith('.process.json'));
  } catch {
    return [];
  }
}
