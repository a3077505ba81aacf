import { createInterface } from 'node:readline/promises';
import type { CommandContext } from './command-context.ts';
import { UsageError } from './usage-error.ts';

/** Before anything is asked of the API: that there is somebody to ask, or nothing to be asked. @throws UsageError */
export function assertConfirmable({ stdin, stderr }: CommandContext, yes: boolean | undefined): void {
  if (!yes && !(stdin.isTTY && stderr.isTTY))
    throw new UsageError('--yes must be given where there is no terminal to ask at, got none');
}

/** Whether to go on with what was just shown: by `--yes`, else as somebody at the terminal says. Enter is a no. */
export async function confirm(context: CommandContext, question: string, yes: boolean | undefined): Promise<boolean> {
  if (yes) return true;
  const { stdin, stderr, signal } = context;
  const lines = createInterface({ input: stdin, output: stderr });
  try {
    return /^\s*y(es)?\s*$/i.test(await lines.question(`${question} [y/N] `, { signal }));
  } finally {
    lines.close();
  }
}
