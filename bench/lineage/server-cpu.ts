import { readFileSync } from 'node:fs';
import type { Db } from '../../engine/lineage/index.ts';
import { childrenOf, cpuSeconds } from '../orchestration/measure/memory.ts';

/** CPU milliseconds that an API process and the server of its database have used so far. */
export async function serverCpu(db: Db, api: number): Promise<{ node: number; postgres: number }> {
  const [row] = await db.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const postmaster = parentOf(row!.pid);
  const backends = postmaster === null ? [] : childrenOf(postmaster);
  // Parallel workers come and go: what they used is the postmaster's, as of ended children.
  const ended = postmaster === null ? 0 : endedChildren(postmaster);
  return { node: cpuSeconds(api) * 1000, postgres: (backends.reduce((sum, pid) => sum + cpuSeconds(pid), 0) + ended) * 1000 };
}

const fieldsOf = (pid: number): string[] => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');

/** null where the server is on another machine, or this one has no /proc. */
function parentOf(pid: number): number | null {
  try {
    return Number(fieldsOf(pid)[1]);
  } catch {
    return null;
  }
}

/** Seconds. */
const endedChildren = (pid: number): number => (Number(fieldsOf(pid)[13]) + Number(fieldsOf(pid)[14])) / 100;
