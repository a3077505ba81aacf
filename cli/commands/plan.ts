import { connect } from '../client/connect.ts';
import { unwrapResult } from '../client/unwrap-result.ts';
import type { CommandContext } from '../command-context.ts';
import { planRun } from '../operations/plan-run.ts';
import { launchInput } from '../options/launch-input.ts';
import type { LaunchOptions } from '../program/launch-options.ts';
import { planReport } from '../report/plan-report.ts';

/** What a run would reuse and make, and why. Starts nothing. */
export async function plan(context: CommandContext, pipeline: string, options: LaunchOptions): Promise<number> {
  const input = await launchInput(context, pipeline, options);
  const client = await connect(context);
  const preview = unwrapResult((await client.query(planRun, { input })).planRun);
  context.print(context.json ? JSON.stringify(preview) : planReport(preview));
  return 0;
}
