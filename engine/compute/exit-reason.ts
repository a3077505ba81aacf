import { readFileSync } from 'node:fs';
import { HoplineError } from '../plan/errors.ts';

export interface HostExit {
  device: string;
  code: number | null;
  signal: NodeJS.Signals | null;
  /** The last lines of its standard error. */
  stderr: string;
  /** Whether the kernel has killed some process for memory while the host lived. */
  kernelRanOut: boolean;
}

/** Why a device host ended, as an error of the orders that were on it. Tried again in either case; DEVICE_OUT_OF_MEMORY with less. */
export function exitReason({ device, code, signal, stderr, kernelRanOut }: HostExit): HoplineError {
  const details: Record<string, string> = signal ? { signal } : { exitCode: String(code) };
  const how = signal ? `signal ${signal}` : `exit code ${code}`;
  const heap = /heap out of memory|bad_alloc|out of memory/i.test(stderr);
  if (heap || (signal === 'SIGKILL' && kernelRanOut)) {
    const own = /^host (out of memory: .*)$/m.exec(stderr)?.[1];
    const what = own ?? (heap ? 'it ran out of memory' : 'it was killed by the kernel for memory');
    return new HoplineError('DEVICE_OUT_OF_MEMORY', `device ${device} must stay alive, got ${how}: ${what}`, {
      hint: 'a smaller batchSize in the step, or a larger HOPLINE_HOST_MEMORY_MB',
      permanent: false,
      details,
    });
  }
  const hint =
    signal === 'SIGKILL'
      ? 'killed from outside, or by the kernel for memory: see dmesg'
      : 'the last lines of the host are in the worker log';
  return new HoplineError('DEVICE_LOST', `device ${device} must stay alive, got ${how}${lastLine(stderr)}`, {
    hint,
    permanent: false,
    details,
  });
}

/** How many processes the kernel has killed for memory since it booted; 0 where it does not say. */
export function kernelMemoryKills(): number {
  try {
    return Number(/^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** The line that says most: the error's, or the last one that is neither a stack frame nor Node's farewell. */
function lastLine(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => /\S/.test(line) && !/^\s*at |^Node\.js v/.test(line));
  const line = lines.findLast((text) => /\w*Error\b.*:/.test(text)) ?? lines.at(-1);
  return line ? `: ${line.trim().slice(0, 300)}` : '';
}
