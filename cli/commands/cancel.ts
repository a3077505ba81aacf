import { unwrapResult } from '../client/unwrap-result.ts';
import type { CommandContext } from '../command-context.ts';
import { cancelRuns } from '../operations/bulk-runs.ts';
import { cancelRun } from '../operations/control-run.ts';
import { oneOrMany } from '../options/one-or-many.ts';
import type { RunFilterOptions } from '../program/run-filter-options.ts';
import { control } from './control.ts';
import { controlMany, type Order } from './control-many.ts';

export interface CancelOptions extends RunFilterOptions {
  /** Becomes the error of the run. */
  reason?: string;
  yes?: boolean;
}

/** Stops a run, or all that a filter lets through; what is committed stays. Tasks in hand are ended within seconds. */
export async function cancel(context: CommandContext, run: string | undefined, options: CancelOptions): Promise<number> {
  const which = oneOrMany('cancel', run, options);
  if ('filter' in which) {
    const { reason = null, yes } = options;
    const order: Order = {
      verb: 'cancelled',
      filter: which.filter,
      states: ['PLANNING', 'QUEUED', 'RUNNING', 'PAUSED'],
      send: async (client, filter) => unwrapResult((await client.query(cancelRuns, { filter, reason })).result),
    };
    return controlMany(context, order, yes);
  }
  const code = await control(context, cancelRun, which.run, options.reason);
  if (!context.json) context.note('asked to stop; `hopline runs` shows when it has');
  return code;
}
