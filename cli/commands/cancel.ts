import type { CommandContext } from '../command-context.ts';
import { cancelRun } from '../operations/control-run.ts';
import { control } from './control.ts';

/** Stops a run; what is committed stays. Tasks in hand are ended within seconds. */
export async function cancel(context: CommandContext, run: string, options: { reason?: string }): Promise<number> {
  const code = await control(context, cancelRun, run, options.reason);
  if (!context.json) context.note('asked to stop; `hopline runs` shows when it has');
  return code;
}
