import type { RunStatus } from '../operations/run-status.ts';
import type { Insistence } from './insist.ts';

/** Aborting the signal ends the following, not the run. */
export interface FollowOptions extends Insistence {
  onStatus(status: RunStatus): void;
  /** When nothing was heard for so long, a look says whether that is so: another transaction of the database may hold events back.
   *  Milliseconds. Default 5_000; half as long again each time, up to 30_000. */
  silence?: number;
}
