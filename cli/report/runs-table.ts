import type { ListedRun } from '../operations/runs.ts';
import { colourState } from '../progress/progress-lines.ts';
import { duration } from '../terminal/duration.ts';
import { table } from '../terminal/table.ts';
import { secondsOf } from './run-seconds.ts';

/** A line a run. */
export function runsTable(runs: readonly ListedRun[]): string {
  const rows = runs.map((run) => [
    run.runId,
    run.pipeline.name,
    String(run.seed),
    colourState(run.state),
    run.createdAt.slice(0, 19),
    duration(secondsOf(run)),
    run.verifies ? `verifies ${run.verifies.runId}` : (run.rootDigest?.slice(0, 12) ?? '-'),
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
  return table(columns, rows);
}
