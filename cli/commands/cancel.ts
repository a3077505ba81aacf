import type { CommandContext } from '../command-context.ts';
import { cancelRun } from '../operations/control-run.ts';
import { control } from './control.ts';

/** Stops a run; what is committed stays. */
export const cancel = (context: CommandContext, run: string, options: { reason?: string }): Promise<number> =>
  control(context, cancelRun, run, options.reason);
