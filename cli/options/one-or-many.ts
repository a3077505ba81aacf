import type { RunFilterOptions } from '../program/run-filter-options.ts';
import { UsageError } from '../usage-error.ts';
import { type RunFilter, runFilter } from './run-filter.ts';

/** One run by its id, or all that a filter lets through: never both, never neither. @throws UsageError */
export function oneOrMany(
  command: string,
  run: string | undefined,
  options: RunFilterOptions,
): { run: string } | { filter: RunFilter } {
  const filter = runFilter(options);
  if (run !== undefined && filter === null) return { run };
  if (run === undefined && filter !== null) return { filter };
  const got = run === undefined ? 'neither' : `${run} and a filter`;
  throw new UsageError(
    `${command} must be given a run, or which runs (--pipeline, --state, --label, --since, --before, --project), got ${got}`,
    'hopline runs with the same options lists them',
  );
}
