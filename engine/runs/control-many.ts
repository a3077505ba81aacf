import type { RunRow, RunState } from '../lineage/index.ts';
import { countRuns, listRuns, type RunFilter } from '../lineage/list-runs.ts';
import type { Visibility } from '../lineage/visibility.ts';
import { HoplineError } from '../plan/errors.ts';
import { inLanes } from './in-lanes.ts';
import type { RunServices } from './services.ts';

/** Runs of one request, at most: the rest is for the next one. */
const MOST = 1_000;
/** After that no further run is begun with: whoever asked is waiting. Milliseconds. */
const LONGEST = 20_000;

/** What became of one run. */
export interface RunOutcome {
  run: RunRow;
  /** Why it was left as it is; null when it was done. */
  refused: HoplineError | null;
}

export interface BulkOutcome {
  /** The newest run first. */
  outcomes: RunOutcome[];
  /** Runs that the filter lets through as well and that are still to be asked for: there are more than 1,000, twenty seconds were over, or a
   *  service was out of reach. */
  remaining: number;
}

export interface BulkRequest {
  filter: RunFilter;
  visibility?: Visibility;
  /** The states in which it can be done; looked at alone unless the filter names states itself. */
  states: readonly RunState[];
  act(run: RunRow): Promise<RunRow>;
}

/** Does something with each run that a filter lets through, eight at once; one that refuses stands in nobody's way. An outage stops it: what was
 *  not come to stays and is counted as remaining. @throws BULK_FILTER_EMPTY where a filter lets everything through */
export async function controlMany({ db }: Pick<RunServices, 'db'>, request: BulkRequest): Promise<BulkOutcome> {
  const { filter: given, visibility = null, states, act } = request;
  if (isEmpty(given))
    throw new HoplineError('BULK_FILTER_EMPTY', 'filter must say which runs, got nothing that narrows them', {
      hint: 'name a pipeline, states, labels or a time; all of a project: project',
    });
  const filter = given.states?.length ? given : { ...given, states };
  const [runs, total] = await Promise.all([
    listRuns(db, { ...filter, limit: MOST }, visibility),
    countRuns(db, filter, visibility),
  ]);
  const until = Date.now() + LONGEST;
  let outage = false;
  const tried = await inLanes(runs, async (run): Promise<RunOutcome | null> => {
    if (outage || Date.now() > until) return null;
    try {
      return { run: await act(run), refused: null };
    } catch (error) {
      if (!(error instanceof HoplineError)) throw error;
      if (/_UNREACHABLE$/.test(error.code)) outage = true;
      return { run, refused: error };
    }
  });
  const outcomes = tried.filter((outcome) => outcome !== null);
  return { outcomes, remaining: Math.max(0, total - outcomes.length) };
}

const isEmpty = (filter: RunFilter): boolean =>
  Object.values(filter).every(
    (value) =>
      value === undefined ||
      value === '' ||
      (Array.isArray(value) && value.length === 0) ||
      (typeof value === 'object' && !(value instanceof Date) && Object.keys(value).length === 0),
  );
