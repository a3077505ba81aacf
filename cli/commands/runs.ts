import { connect } from '../client/connect.ts';
import { readPages } from '../client/read-pages.ts';
import type { CommandContext } from '../command-context.ts';
import { runs as latestRuns } from '../operations/runs.ts';
import { runFilter } from '../options/run-filter.ts';
import type { RunFilterOptions } from '../program/run-filter-options.ts';
import { runsTable } from '../report/runs-table.ts';

export interface RunsOptions extends RunFilterOptions {
  limit: number;
  all?: boolean;
}

/** The latest runs that a filter lets through, newest first. */
export async function runs(context: CommandContext, options: RunsOptions): Promise<number> {
  const filter = runFilter(options);
  const client = await connect(context);
  const { nodes, more } = await readPages(
    options.all ? Number.POSITIVE_INFINITY : options.limit,
    async (page) => (await client.query(latestRuns, { ...page, filter })).runs,
  );
  if (context.json) context.print(JSON.stringify(nodes));
  else if (nodes.length > 0) context.print(runsTable(nodes));
  else context.print(filter ? 'no such runs' : 'no runs yet: hopline run PIPELINE');
  if (more && !context.json) context.note(`there are more: --limit ${options.limit * 5}, --all`);
  return 0;
}
