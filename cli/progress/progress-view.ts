import type { CommandContext } from '../command-context.ts';
import type { RunStatus } from '../operations/run-status.ts';
import { PlainProgress } from './plain-progress.ts';
import { TerminalProgress } from './terminal-progress.ts';

/** Shows how a run fares, on stderr: results on stdout stay clean. */
export interface ProgressView {
  update(status: RunStatus): void;
  /** Leaves the last state on the screen. */
  end(): void;
}

export function progressView({ stderr, env }: CommandContext): ProgressView {
  const bars = stderr.isTTY === true && env.TERM !== 'dumb' && !env.CI;
  return bars ? new TerminalProgress(stderr) : new PlainProgress((line) => void stderr.write(`${line}\n`));
}
