import { connect } from '../client/connect.ts';
import { resolveRunId } from '../client/resolve-run-id.ts';
import type { CommandContext } from '../command-context.ts';
import { compareRuns } from '../operations/compare-runs.ts';
import { comparisonReport } from '../report/comparison-report.ts';

export interface CompareOptions {
  /** Metrics of this name, and of this slice, alone. */
  metric?: string;
  slice?: string;
}

/** Two to ten runs side by side. Exit code 0 whether they differ or not. */
export async function compare(
  context: CommandContext,
  first: string,
  others: readonly string[],
  { metric, slice }: CompareOptions,
): Promise<number> {
  const client = await connect(context);
  const ids: string[] = [];
  for (const given of [first, ...others]) ids.push(await resolveRunId(client, given));
  const { compareRuns: whole } = await client.query(compareRuns, { ids });
  const asked = ({ name, slice: of }: { name: string; slice: string }): boolean =>
    (metric === undefined || name === metric) && (slice === undefined || of === slice);
  const found = { ...whole, metrics: whole.metrics.filter(asked) };
  context.print(context.json ? JSON.stringify(found) : comparisonReport(found));
  return 0;
}
