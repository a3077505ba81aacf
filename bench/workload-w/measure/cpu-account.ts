import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { processTreeCpu } from './process-tree.ts';

/** CPU seconds of everything that a measurement starts, whatever else runs on the machine. */
export interface CpuAccount {
  method: 'cpuacct' | 'cgroup2' | 'process tree';
  /** The file that a process joins by writing its pid; null without a group. */
  procs: string | null;
  seconds(): number;
  /** CPU seconds on `core` by everybody else since boot; null where it can't be told. */
  foreign(core: number): number | null;
  /** Pids that are still there. */
  members(): number[];
  close(): void;
}

const V1 = '/sys/fs/cgroup/cpuacct';
const V2 = '/sys/fs/cgroup';

/** A cgroup of our own where we may make one, else the process table (which misses processes whose parent is gone). */
export function openCpuAccount(name: string, home: string): CpuAccount {
  const numbers = (path: string): number[] => readFileSync(path, 'utf8').trim().split(/\s+/).map(Number);
  const group = (base: string, method: 'cpuacct' | 'cgroup2'): CpuAccount => {
    const folder = `${base}/${name}`;
    mkdirSync(folder);
    const usage = (): number =>
      method === 'cpuacct'
        ? numbers(`${folder}/cpuacct.usage`)[0]! / 1e9
        : Number(/usage_usec (\d+)/.exec(readFileSync(`${folder}/cpu.stat`, 'utf8'))![1]) / 1e6;
    usage();
    return {
      method,
      procs: `${folder}/cgroup.procs`,
      seconds: usage,
      foreign: (core) =>
        method === 'cpuacct'
          ? (numbers(`${base}/cpuacct.usage_percpu`)[core]! - numbers(`${folder}/cpuacct.usage_percpu`)[core]!) / 1e9
          : null,
      members: () => readFileSync(`${folder}/cgroup.procs`, 'utf8').split('\n').filter(Boolean).map(Number),
      close: () => rmdirSync(folder),
    };
  };
  for (const [base, method] of [
    [V1, 'cpuacct'],
    [V2, 'cgroup2'],
  ] as const) {
    try {
      if (method === 'cgroup2') writeFileSync(`${base}/cgroup.procs`, '', { flag: 'r+' });
      return group(base, method);
    } catch {}
  }
  return {
    method: 'process tree',
    procs: null,
    seconds: () => processTreeCpu(home).seconds,
    foreign: () => null,
    members: () => processTreeCpu(home).pids,
    close() {},
  };
}
