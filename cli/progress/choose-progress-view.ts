import type { CommandContext } from '../command-context.ts';
import { PlainProgress } from './plain-progress.ts';
import type { ProgressView } from './progress-view.ts';
import { TerminalProgress } from './terminal-progress.ts';

/** Bars where there is a terminal that can draw them, lines elsewhere. */
export function chooseProgressView({ stderr, env }: CommandContext): ProgressView {
  const bars = stderr.isTTY === true && env.TERM !== 'dumb' && !env.CI;
  return bars ? new TerminalProgress(stderr) : new PlainProgress((line) => void stderr.write(`${line}\n`));
}
