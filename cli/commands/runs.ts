import { connect } from '../client/connect.ts';
import type { CommandContext } from '../command-context.ts';
import { runs as latestRuns } from '../operations/runs.ts';
import { colourState } from '../progress/progress-lines.ts';
import { secondsOf } from '../report/run-seconds.ts';
import { duration } from '../terminal/duration.ts';
import { table } from '../terminal/table.ts';

/** The latest runs, newest first. */
export async function runs(context: CommandContext, options: { limit: number }): Promise<number> {
  const client = await connect(context);
  const found = (await client.query(latestRuns, { first: options.limit })).runs.edges.map(({ node }) => node);
  if (context.json) {
    context.print(JSON.stringify(found));
    return 0;
  }
  const rows = found.map((run) => [
    run.runId,
    run.pipeline.name,
    String(run.seed),
    colourState(run.state),
    run.createdAt.slice(0, 19),
    duration(secondsOf(run)),
    run.rootDigest?.slice(0, 12) ?? '-',
  ]);
  const columns = [
    { title: 'run' },
    { title: 'pipeline' },
    { title: 'seed', align: 'right' },
    { title: 'state' },
    { title: 'launched' },
    { title: 'took', align: 'right' },
    { title: 'root digest' },
  ] as const;
  context.print(found.length > 0 ? table(columns, rows) : 'no runs yet: hopline run PIPELINE');
  return 0;
}
