import { type ChildProcess, fork } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { nodeArguments } from '../program/node-arguments.ts';
import { hostFlags } from './host-flags.ts';
import type { HostOptions } from './host-messages.ts';

export interface SpawnOptions extends HostOptions {
  /** Limit of the JavaScript heap, MiB. Pictures and tensors lie outside of it. */
  heapMegabytes: number;
}

/** How much sooner than others the kernel should kill a host when memory runs out, -1000 to 1000: before the worker, which it would take
 *  all hosts with, and before the databases beside it. */
const OOM_SCORE_ADJUSTMENT = 600;

/** Starts a device host. Structured clone on the wire: JSON would not carry -Infinity. */
export function spawnHost({ heapMegabytes, ...options }: SpawnOptions): ChildProcess {
  const args = nodeArguments('engine/compute/host-main.ts', hostFlags(heapMegabytes));
  const host = fork(args.at(-1)!, [JSON.stringify(options)], {
    execArgv: args.slice(0, -1),
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  if (host.pid !== undefined) offerToKernel(host.pid);
  return host;
}

/** Linux only; elsewhere there is no such file. Raising one's own children needs no privilege. */
function offerToKernel(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, `${OOM_SCORE_ADJUSTMENT}`);
  } catch {
    // The kernel then chooses by size, which is nearly always a host too.
  }
}
