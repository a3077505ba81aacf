import type { Metric, RunReport } from '../operations/run-report.ts';
import type { RunState } from '../operations/run-summary.ts';

/** What `run --json` prints as its last line. */
export interface RunResult {
  runId: string;
  state: RunState;
  rootDigest: string | null;
  metrics: Metric[];
  /** Items over all nodes. */
  counts: { expected: number; made: number; cached: number; failed: number };
  deviceSeconds: number;
  error?: { code: string; message: string; hint: string | null };
}

export function runResult({ runId, state, rootDigest, metrics, progress, error }: RunReport): RunResult {
  const counts = { expected: progress.total, made: progress.made, cached: progress.cached, failed: progress.failed };
  return { runId, state, rootDigest, metrics, counts, deviceSeconds: progress.deviceSeconds, ...(error ? { error } : {}) };
}
