import { Worker } from 'node:worker_threads';

/** Ends this process when its parent has gone, also while native code holds the main thread: a batch of minutes must not keep a device
 *  from the worker's next life. In a thread of its own, because the main thread can't hear then. */
export function watchParent(): void {
  const watcher = new Worker(
    `const parent = ${process.ppid};
     setInterval(() => { if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL'); }, 1000);`,
    {
      eval: true,
      execArgv: [],
      stdout: false,
      stderr: false,
      resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 2 },
    },
  );
  watcher.unref();
}
