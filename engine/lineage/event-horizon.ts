import type { Tx } from './db.ts';
import { type EventPosition, LAST_ID } from './event-position.ts';

/** Where all events stand: what was committed before comes up to here, and whatever is shown as of a later moment includes it; the rest
 *  comes behind it. For readers that begin with a look at a run instead of all its events. */
export async function eventHorizon(db: Tx): Promise<EventPosition> {
  const [row] = await db.query<{ xmin: string }>('SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS xmin');
  return { xid: BigInt(row!.xmin) - 1n, id: LAST_ID };
}
