import { type ChildProcess, fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { HostOptions } from './host-messages.ts';

const program = fileURLToPath(new URL('./host-main.ts', import.meta.url));
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

export interface SpawnOptions extends HostOptions {
  /** Limit of the JavaScript heap, MiB. Pictures and tensors lie outside of it. */
  heapMegabytes: number;
}

/** Starts a device host. Structured clone on the wire: JSON would not carry -Infinity. */
export function spawnHost({ heapMegabytes, ...options }: SpawnOptions): ChildProcess {
  return fork(program, [JSON.stringify(options)], {
    execArgv: ['--import', tsx, `--max-old-space-size=${Math.max(64, Math.floor(heapMegabytes))}`],
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
}
