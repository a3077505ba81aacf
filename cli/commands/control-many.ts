import type { ApiClient } from '../client/api-client.ts';
import { connect } from '../client/connect.ts';
import type { CommandContext } from '../command-context.ts';
import { assertConfirmable, confirm } from '../confirm.ts';
import type { BulkOutcome } from '../operations/bulk-runs.ts';
import type { RunState } from '../operations/run-summary.ts';
import { countedRuns } from '../operations/runs.ts';
import type { RunFilter } from '../options/run-filter.ts';
import { bulkReport } from '../report/bulk-report.ts';
import { runsTable } from '../report/runs-table.ts';

export interface Order {
  /** `cancelled`, `resumed`. */
  verb: string;
  filter: RunFilter;
  /** Those that the API looks at unless the filter names some. */
  states: RunState[];
  send(client: ApiClient, filter: RunFilter): Promise<BulkOutcome>;
}

/** How many runs are shown before the question. */
const SHOWN = 20;

/** Does something with all runs that a filter lets through: shows them first, and asks. Exit code 1 when any was left as it is. */
export async function controlMany(context: CommandContext, order: Order, yes: boolean | undefined): Promise<number> {
  const { verb, filter, states, send } = order;
  assertConfirmable(context, yes);
  const client = await connect(context);
  const meant = filter.states?.length ? filter : { ...filter, states };
  const { edges, totalCount } = (await client.query(countedRuns, { first: SHOWN, filter: meant })).runs;
  const count = totalCount ?? edges.length;
  if (count === 0) {
    context.print(context.json ? JSON.stringify({ done: 0, refused: 0, remaining: 0, outcomes: [] }) : `no runs to be ${verb}`);
    return 0;
  }
  context.note(runsTable(edges.map(({ node }) => node)));
  if (count > edges.length) context.note(`and ${count - edges.length} more`);
  if (!(await confirm(context, `${count} ${count === 1 ? 'run' : 'runs'} will be ${verb}: go on?`, yes))) {
    context.note('nothing was changed');
    return 1;
  }
  const outcome = await send(client, filter);
  context.print(context.json ? JSON.stringify(flat(outcome)) : bulkReport(verb, outcome));
  return outcome.refused > 0 || outcome.remaining > 0 ? 1 : 0;
}

const flat = ({ outcomes, ...counts }: BulkOutcome): object => ({
  ...counts,
  outcomes: outcomes.map(({ run, done, code, message, hint }) => ({
    runId: run.runId,
    state: run.state,
    done,
    code,
    message,
    hint,
  })),
});
