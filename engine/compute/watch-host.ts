import { Worker } from 'node:worker_threads';

/** How often the watch looks. Milliseconds. Memory can grow by a gigabyte a second; a look costs 0.02 ms. */
const LOOK_EVERY = 100;

/** Ends this process when its parent has gone, or when it has grown above `memoryLimit` bytes. In a thread of its own, because native code
 *  may hold the main thread for minutes: a batch must not keep a device from the worker's next life, nor take the machine's memory from
 *  the worker. No limit of the kernel's does the latter everywhere: RLIMIT_AS counts the address space, of which V8 reserves far more than
 *  it uses, RLIMIT_RSS does nothing, and cgroups need rights that a container seldom has. */
export function watchHost({ memoryLimit }: { memoryLimit: number }): void {
  const watcher = new Worker(watch, {
    eval: true,
    execArgv: [],
    workerData: { parent: process.ppid, memoryLimit, every: LOOK_EVERY },
    stdout: false,
    stderr: false,
    resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 2 },
  });
  watcher.unref();
}

/** What it writes makes the order fail as DEVICE_OUT_OF_MEMORY: see exit-reason.ts. */
const watch = `
const { workerData: { parent, memoryLimit, every } } = require('node:worker_threads');
const { writeSync } = require('node:fs');
const mebibytes = (bytes) => Math.round(bytes / 1024 ** 2) + ' MiB';
setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
  const size = process.memoryUsage.rss();
  if (size <= memoryLimit) return;
  try { writeSync(2, 'host out of memory: ' + mebibytes(size) + ' of at most ' + mebibytes(memoryLimit) + '\\n'); } catch {}
  process.kill(process.pid, 'SIGKILL');
}, every);`;
