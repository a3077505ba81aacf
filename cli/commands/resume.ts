import type { CommandContext } from '../command-context.ts';
import { resumeRun } from '../operations/control-run.ts';
import { control } from './control.ts';

/** Goes on with a failed or cancelled run. */
export const resume = (context: CommandContext, run: string): Promise<number> => control(context, resumeRun, run);
