import { collectGarbage, DAY } from '../../engine/runs/collect-garbage.ts';
import { withEngine } from '../client/with-engine.ts';
import type { CommandContext } from '../command-context.ts';
import { garbageReport } from '../report/garbage-report.ts';

export interface GcOptions {
  dryRun?: boolean;
  /** Milliseconds. */
  olderThan?: number;
}

/** Deletes from the store what no run, model or dataset refers to. */
export async function gc(context: CommandContext, { dryRun = false, olderThan = DAY }: GcOptions): Promise<number> {
  const report = await withEngine(context, ({ db, store }) => collectGarbage({ db, store }, { dryRun, olderThan }));
  context.print(context.json ? JSON.stringify({ ...report, olderThan: olderThan / 1000 }) : garbageReport(report));
  return 0;
}
