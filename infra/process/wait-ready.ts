import { setTimeout as sleep } from 'node:timers/promises';
import { HoplineError } from '../../engine/plan/errors.ts';
import type { Child } from './child.ts';
import { isDiskFull } from './disk.ts';

export interface ReadyOptions {
  /** Milliseconds between two looks. Default 25. */
  every?: number;
  /** Milliseconds until a child that isn't ready is given up. Default 60_000. */
  limit?: number;
  /** Gives up the wait: somebody pressed Ctrl-C during the start. */
  signal?: AbortSignal;
}

/** Returns when `probe` says that the child is ready.
 *  @throws the child's own `error[CODE]` line, or DISK_FULL, or `<NAME>_START_FAILED` with the telling line of its log,
 *  when it exits first or takes too long. */
export async function waitReady(child: Child, probe: () => Promise<boolean>, options: ReadyOptions = {}): Promise<void> {
  const { every = 25, limit = 60_000, signal } = options;
  const deadline = Date.now() + limit;
  while (!(await probe())) {
    signal?.throwIfAborted();
    if (child.exit) throw startFailed(child, endOf(child));
    if (Date.now() > deadline) throw startFailed(child, `not ready after ${limit / 1000} s`);
    await sleep(every);
  }
  if (child.exit) throw startFailed(child, endOf(child));
}

const endOf = (child: Child): string => `ended with ${child.exit?.signal ?? `code ${child.exit?.code}`}`;

function startFailed(child: Child, what: string): HoplineError {
  const output = child.output;
  const hint = `see logs/${child.name}.log in the home`;
  const named = /^error\[([A-Z_]+)\] (.*)(?:\nhint: (.*))?/m.exec(output);
  if (named?.[1] && named[1] !== 'INTERNAL') return new HoplineError(named[1], `${named[2]}`, { hint: named[3] ?? hint });
  if (isDiskFull(output))
    return new HoplineError('DISK_FULL', `${child.name} must have space to write, got: ${tellingLine(output)}`, {
      hint: 'free some space, then: hopline up',
    });
  return new HoplineError(
    `${child.name.toUpperCase()}_START_FAILED`,
    `${child.name} must start, got: ${what}: ${tellingLine(output)}`,
    { hint, permanent: false },
  );
}

/** The line that says why: what a Go program panicked over (its stack comes after), else the last that speaks of a failure, else the last. */
function tellingLine(output: string): string {
  const lines = output.trimEnd().split('\n');
  const line =
    lines.find((line) => /^(panic|fatal error): /.test(line)) ??
    lines.findLast((line) => /error|fatal|fail|cannot|could not/i.test(line)) ??
    lines.at(-1);
  return line?.slice(0, 500) ?? '';
}
