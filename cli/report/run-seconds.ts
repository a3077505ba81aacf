import type { RunSummary } from '../operations/run-summary.ts';

/** Wall time from start to end, or up to now; null before the start. */
export function secondsOf(run: Pick<RunSummary, 'startedAt' | 'finishedAt'>): number | null {
  if (!run.startedAt) return null;
  const end = run.finishedAt ? Date.parse(run.finishedAt) : Date.now();
  return (end - Date.parse(run.startedAt)) / 1000;
}
