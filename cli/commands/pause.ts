import type { CommandContext } from '../command-context.ts';
import { pauseRun } from '../operations/control-run.ts';
import { control } from './control.ts';

/** Starts no further tasks of a run; those that run are finished. */
export const pause = (context: CommandContext, run: string): Promise<number> => control(context, pauseRun, run);
