export type RunState = 'PLANNING' | 'QUEUED' | 'RUNNING' | 'PAUSED' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED';

export interface RunError {
  code: string;
  message: string;
  hint: string | null;
}

/** What every list and answer shows of a run. */
export interface RunSummary {
  runId: string;
  state: RunState;
  finished: boolean;
  pipeline: { name: string; version: string };
  seed: number;
  rootDigest: string | null;
  error: RunError | null;
  attempts: number;
  /** ISO 8601, as all times. */
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
}

export const runSummaryFields = `
  runId state finished seed rootDigest attempts createdAt startedAt finishedAt
  pipeline { name version }
  error { code message hint }`;
