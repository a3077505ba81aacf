import { childrenOf, residentMegabytes } from './memory.ts';

export interface MemoryWatch {
  /** Ends it. */
  stop(): Memory;
}

/** MB. Hosts come and go (they are replaced after some thousand orders), so the most is that of any at any moment. */
export interface Memory {
  workerMax: number;
  hostMax: number;
  /** Of the worker, averages of ten equal spans: flat is flat. */
  course: number[];
}

/** Looks at a worker and its hosts once a second. */
export function watchMemory(worker: number): MemoryWatch {
  const seen: number[] = [];
  let hostMax = 0;
  const look = (): void => {
    const megabytes = residentMegabytes(worker);
    if (megabytes !== null) seen.push(megabytes);
    for (const host of childrenOf(worker)) hostMax = Math.max(hostMax, residentMegabytes(host) ?? 0);
  };
  look();
  const timer = setInterval(look, 1000);
  return {
    stop() {
      clearInterval(timer);
      look();
      return { workerMax: Math.max(...seen), hostMax, course: courseOf(seen) };
    },
  };
}

function courseOf(seen: readonly number[]): number[] {
  const span = Math.max(1, Math.ceil(seen.length / 10));
  return Array.from({ length: Math.ceil(seen.length / span) }, (_, index) => {
    const part = seen.slice(index * span, (index + 1) * span);
    return Math.round(part.reduce((sum, value) => sum + value, 0) / part.length);
  });
}
