import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, type ProcessIdentity } from '../../engine/recovery/process-identity.ts';

export interface EndOptions {
  /** The signal that asks. Default SIGTERM; Postgres wants SIGINT, its fast shutdown. */
  signal?: NodeJS.Signals;
  /** How long it may take to obey before SIGKILL. Milliseconds. Default 10_000. */
  grace?: number;
}

/** Ends a process of ours and what is left of its process group: asks, waits, then SIGKILL. Returns once it is gone. */
export async function endProcess(
  target: ProcessIdentity,
  { signal = 'SIGTERM', grace = 10_000 }: EndOptions = {},
): Promise<void> {
  if (!isAlive(target)) return;
  sendSignal(target.pid, signal);
  if (!(await goneWithin(target, grace))) {
    killGroup(target.pid);
    sendSignal(target.pid, 'SIGKILL');
    await goneWithin(target, 5_000);
  }
  killGroup(target.pid);
}

/** True once the process is gone; false when `limit` milliseconds have passed first. */
export async function goneWithin(target: ProcessIdentity, limit: number): Promise<boolean> {
  const deadline = Date.now() + limit;
  while (isAlive(target)) {
    if (Date.now() > deadline) return false;
    await sleep(20);
  }
  return true;
}

export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // gone already: what was wanted
  }
}

/** Every child of ours leads a process group of its own, so this reaches its descendants (a worker's device hosts). */
export const killGroup = (leader: number): void => sendSignal(-leader, 'SIGKILL');
