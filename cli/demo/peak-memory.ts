import { readFileSync } from 'node:fs';

export interface PeakMemory {
  /** Bytes; null where the system doesn't say (it does on Linux). */
  worker: number | null;
  /** The largest device host. */
  deviceHost: number | null;
}

/** Watches the worker process and its children while they live: the highest resident size that each ever had. */
export class MemoryWatch {
  readonly #workerPid: () => number | undefined;
  #worker = 0;
  #deviceHost = 0;

  constructor(workerPid: () => number | undefined) {
    this.#workerPid = workerPid;
  }

  look(): void {
    const pid = this.#workerPid();
    if (pid === undefined) return;
    this.#worker = Math.max(this.#worker, highWaterMark(pid));
    for (const child of childrenOf(pid)) this.#deviceHost = Math.max(this.#deviceHost, highWaterMark(child));
  }

  peak(): PeakMemory {
    return { worker: this.#worker || null, deviceHost: this.#deviceHost || null };
  }
}

/** VmHWM of proc(5), in bytes; 0 where there is no such process or no procfs. */
function highWaterMark(pid: number): number {
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`)) ?? [];
  return Number(kilobytes ?? 0) * 1024;
}

const childrenOf = (pid: number): number[] => read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
