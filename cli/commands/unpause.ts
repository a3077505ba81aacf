import type { CommandContext } from '../command-context.ts';
import { unpauseRun } from '../operations/control-run.ts';
import { control } from './control.ts';

/** Goes on after a pause. */
export const unpause = (context: CommandContext, run: string): Promise<number> => control(context, unpauseRun, run);
