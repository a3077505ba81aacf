import { createHash } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { identityOf, ownIdentity, type ProcessIdentity } from './process-identity.ts';

/** Who holds a lease: `HOST/PID-START`, a name that no other process ever has. */
export const workerName = ({ pid, startedAt }: ProcessIdentity = ownIdentity(), host: string = hostname()): string =>
  `${host}/${pid}-${createHash('sha256').update(startedAt).digest('hex').slice(0, 8)}`;

/** Where a process can be looked up by its pid: the host's name and, on Linux, the pid namespace. Two containers may share a name. */
export function processHost(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

/** Whether the worker of that name, on this very host, still lives. */
export function isWorkerAlive(name: string, pid: number): boolean {
  const identity = identityOf(pid);
  return identity !== undefined && workerName(identity, name.slice(0, name.lastIndexOf('/'))) === name;
}
