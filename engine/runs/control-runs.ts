import type { RunFilter } from '../lineage/list-runs.ts';
import type { Visibility } from '../lineage/visibility.ts';
import { type BulkOutcome, controlMany } from './control-many.ts';
import { resumeRun } from './resume-run.ts';
import { cancelRun } from './run-control.ts';
import type { RunServices } from './services.ts';

/** Cancels the unfinished runs that a filter lets through; the reason becomes the error of each. @throws BULK_FILTER_EMPTY */
export const cancelRuns = (
  services: RunServices,
  filter: RunFilter,
  visibility?: Visibility,
  reason?: string,
): Promise<BulkOutcome> =>
  controlMany(services, {
    filter,
    visibility,
    states: ['PLANNING', 'QUEUED', 'RUNNING', 'PAUSED'],
    act: (run) => cancelRun(services, run.id, reason),
  });

/** Goes on with the failed, cancelled and paused runs that a filter lets through. Those that an outage interrupted go on by themselves, unless
 *  the filter names their states. @throws BULK_FILTER_EMPTY */
export const resumeRuns = (services: RunServices, filter: RunFilter, visibility?: Visibility): Promise<BulkOutcome> =>
  controlMany(services, {
    filter,
    visibility,
    states: ['FAILED', 'CANCELLED', 'PAUSED'],
    act: async (run) => (await resumeRun(services, run.id)).run,
  });
