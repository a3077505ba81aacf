import type { ApiClient } from '../client/api-client.ts';
import { unwrapResult } from '../client/unwrap-result.ts';
import type { CommandContext } from '../command-context.ts';
import { launchRun } from '../operations/launch-run.ts';
import { nodeResults } from '../operations/node-result.ts';
import { type RunReport, runReport } from '../operations/run-report.ts';
import { chooseProgressView } from '../progress/choose-progress-view.ts';
import { followRun } from '../progress/follow-run.ts';
import type { MemoryWatch } from './peak-memory.ts';
import type { ReportRow, SeedReport } from './variant-table.ts';

export interface DemoRun extends SeedReport {
  run: RunReport;
}

/** One run of `mi2rage` in its demo profile, watched to its end. */
export async function runSeed(context: CommandContext, client: ApiClient, seed: number, memory: MemoryWatch): Promise<DemoRun> {
  const input = { pipeline: 'mi2rage', params: { profile: 'demo' }, seed, labels: [{ name: 'demo', value: 'mi2rage' }] };
  const { run: launched } = unwrapResult((await client.query(launchRun, { input })).launchRun);
  context.note(`seed ${seed}: run ${launched.runId}`);
  const view = chooseProgressView(context);
  const onStatus: Parameters<typeof followRun>[2]['onStatus'] = (status) => {
    memory.look();
    view.update(status);
  };
  try {
    await followRun(client, launched.runId, { onStatus, signal: context.signal });
  } finally {
    view.end();
  }
  const { run } = await client.query(runReport, { id: launched.runId });
  const results = await client.query(nodeResults, { id: launched.runId, names: ['report'] });
  const report = results.run?.nodes[0]?.result as { rows: ReportRow[] } | null | undefined;
  return { run: run!, nodes: run!.nodes, rows: report?.rows ?? [] };
}
