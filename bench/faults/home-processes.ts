import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { isAlive } from '../../engine/recovery/process-identity.ts';
import { readJson } from '../../infra/process/atomic-file.ts';
import { lockHolder } from '../../infra/process/home-lock.ts';
import type { ProcessRecord } from '../../infra/process/process-record.ts';

export type ServiceName = 'supervisor' | 'worker' | 'api' | 'temporal' | 'postgres';

interface Found {
  pid: number;
  parent: number;
  command: string;
  own: boolean;
}

/** Programs that a home's services run. Somebody's shell or editor in its folder is none of them. */
const PROGRAMS = /^(\S*\/)?(postgres|temporal|versitygw|setpriv)\b/;

/** Processes that belong to a home: started with it in their environment, or one of its services' programs with it in their command or
 *  working in it; and their descendants. */
export function processesOf(home: string): { pid: number; command: string }[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => look(Number(name), home))
    .filter((found) => found !== null);
  const mine = new Set(all.filter(({ own, pid }) => own && pid !== process.pid).map(({ pid }) => pid));
  for (let grown = true; grown; ) {
    const more = all.filter(({ pid, parent }) => mine.has(parent) && !mine.has(pid));
    for (const { pid } of more) mine.add(pid);
    grown = more.length > 0;
  }
  return all.filter(({ pid }) => mine.has(pid));
}

/** Pid of a service that the supervisor has written down, if it lives. */
export function pidOf(home: string, name: ServiceName): number | undefined {
  if (name === 'supervisor') return lockHolder(home)?.pid;
  const record = readJson<ProcessRecord>(`${home}/run/${name}.process.json`);
  return record && isAlive(record) ? record.pid : undefined;
}

/** Pids of a process' descendants. */
export function descendantsOf(pid: number): number[] {
  const children = childrenOf(pid);
  return children.flatMap((child) => [child, ...descendantsOf(child)]);
}

/** Device hosts of a worker. */
export const hostsOf = (worker: number): number[] =>
  descendantsOf(worker).filter((pid) => read(pid, 'cmdline').includes('host-main'));

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

/** null: gone, or a zombie that nobody has waited for yet. */
function look(pid: number, home: string): Found | null {
  const stat = read(pid, 'stat');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (stat === '' || fields[0] === 'Z' || fields[0] === 'X') return null;
  const command = read(pid, 'cmdline').replaceAll('\0', ' ').trim();
  const inHome = (text: string): boolean => text === home || text.startsWith(`${home}/`);
  const named = read(pid, 'environ')
    .split('\0')
    .some((line) => line.startsWith('HOPLINE_HOME=') && inHome(line.slice(13)));
  return {
    pid,
    parent: Number(fields[1]),
    command,
    own: named || (PROGRAMS.test(command) && (command.includes(`${home}/`) || inHome(folderOf(pid)))),
  };
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

function folderOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}
