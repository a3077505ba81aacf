import type { JsonObject } from '../plan/json.ts';
import type { Tx } from './db.ts';
import { BEFORE_EVENTS, type EventPosition, eventCursor, eventPosition, LAST_ID } from './event-position.ts';
import { getRun } from './get-run.ts';
import type { RunState } from './run-state.ts';
import { isSilent } from './silent-transaction.ts';

export interface RunEvent {
  cursor: string;
  type: string;
  payload: JsonObject;
  at: Date;
}

export type PlacedEvent = RunEvent & { runId: string; position: EventPosition };

export interface EventQuery {
  runId: string;
  /** Events behind a cursor or a position. Default: from the beginning. */
  after?: string | EventPosition;
  limit: number;
  /** Only events of these types. Default: all. */
  types?: readonly string[] | undefined;
  /** The last `limit` events instead of the first ones, in order all the same. Default false. */
  latest?: boolean;
  /** Don't wait for transactions that have declared themselves silent. That is looked up for each one running. Default false. */
  passSilent?: boolean;
}

/** What one statement saw, so that its parts belong together. */
export interface EventPage {
  events: PlacedEvent[];
  /** Where to go on, also when nothing came: whatever is written later comes behind it. */
  through: EventPosition;
  /** `through` as a cursor for clients. */
  cursor: string;
  /** Events are committed that can't be shown yet, because an older transaction is still running. */
  held: boolean;
  state: RunState;
  projectId: number;
}

interface Row {
  state: RunState;
  projectId: number;
  held: boolean;
  horizon: string;
  xid: string | null;
  id: number;
  type: string;
  payload: JsonObject;
  at: Date;
}

/** Events of a run in order, with the state of the run at the same moment. Ids are handed out before commit, so an id may become visible
 *  after a greater one; a reader that goes by id would miss it. So events are ordered by the transaction that wrote them, and only those
 *  are shown that are older than every transaction still running: nothing can slip in before them any more.
 *  @throws RUN_NOT_FOUND, CURSOR_INVALID */
export async function readEvents(db: Tx, query: EventQuery): Promise<EventPage> {
  const { runId, limit, types, latest = false, passSilent = false } = query;
  const after = typeof query.after === 'string' ? eventPosition(runId, query.after) : (query.after ?? BEFORE_EVENTS);
  const rows = await db.query<Row>(latest ? LATEST : passSilent ? PASSING : FORWARD, [
    runId,
    String(after.xid),
    after.id,
    limit,
    types,
  ]);
  const [first] = rows;
  // No row, no run: this says so as everywhere else.
  if (!first) return getRun(db, runId).then(() => readEvents(db, query));
  const events = rows.flatMap(({ xid, id, type, payload, at }): PlacedEvent[] => {
    if (xid === null) return [];
    const position = { xid: BigInt(xid), id };
    return [{ runId, position, cursor: eventCursor(runId, position), type, payload, at }];
  });
  if (latest) events.reverse();
  const full = events.length === limit && !latest;
  const horizon = { xid: BigInt(first.horizon) - 1n, id: LAST_ID };
  const through = full ? events.at(-1)!.position : after.xid > horizon.xid ? after : horizon;
  const { state, projectId, held } = first;
  return { events, through, cursor: eventCursor(runId, through), held, state, projectId };
}

const SNAPSHOT = 'SELECT pg_current_snapshot() AS snapshot';
/** The oldest transaction that still runs. */
const OLDEST = `SELECT pg_snapshot_xmin(snapshot) AS xmin FROM (${SNAPSHOT}) s`;
/** The oldest one that may still write events. One that ended after the snapshot counts as if it might: its lock is gone. */
const OLDEST_SPEAKING = `
  SELECT coalesce((SELECT xid FROM pg_snapshot_xip(snapshot) AS xid WHERE NOT ${isSilent('xid')} ORDER BY xid LIMIT 1),
                  pg_snapshot_xmax(snapshot)) AS xmin FROM (${SNAPSHOT}) s`;

// Materialized: every part must go by the same horizon.
const select = (order: 'ASC' | 'DESC', horizon: string): string =>
  `WITH h AS MATERIALIZED (${horizon})
   SELECT r.state, r.project_id AS "projectId", h.xmin::text AS horizon,
          EXISTS (SELECT FROM event WHERE run_id = r.id AND xid >= h.xmin) AS held, e.xid::text, e.id, e.type, e.payload, e.at
     FROM run r CROSS JOIN h
     LEFT JOIN LATERAL (
       SELECT xid, id, type, payload, at FROM event
        WHERE run_id = r.id AND (xid, id) > ($2::xid8, $3::bigint) AND xid < h.xmin AND ($5::text[] IS NULL OR type = ANY ($5))
        ORDER BY xid ${order}, id ${order} LIMIT $4
     ) e ON true
    WHERE r.id = $1
    ORDER BY e.xid ${order}, e.id ${order}`;

const FORWARD = select('ASC', OLDEST);
const PASSING = select('ASC', OLDEST_SPEAKING);
const LATEST = select('DESC', OLDEST);
