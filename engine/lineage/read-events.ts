import { HoplineError } from '../plan/errors.ts';
import type { JsonObject } from '../plan/json.ts';
import type { Tx } from './db.ts';

export interface RunEvent {
  cursor: string;
  type: string;
  payload: JsonObject;
  at: Date;
}

export interface EventPage {
  runId: string;
  after?: string;
  limit: number;
}

/** Events after a cursor. Ids are handed out before commit, so an id may become visible after a greater one; a reader that goes by id
 *  would miss it. So events are ordered by the transaction that wrote them, and only those are shown that are older than every
 *  transaction still running: nothing can slip in before them any more. `cursor` says where to go on, also when nothing came. */
export async function readEvents(db: Tx, page: EventPage): Promise<{ events: RunEvent[]; cursor: string | null }> {
  const [xid, id] = parseCursor(page.after);
  const events = await db.query<RunEvent>(
    `SELECT xid::text || '-' || id AS cursor, type, payload, at FROM event
      WHERE run_id = $1 AND (xid, id) > ($2::xid8, $3::bigint) AND xid < pg_snapshot_xmin(pg_current_snapshot())
      ORDER BY xid, id LIMIT $4`,
    [page.runId, xid, id, page.limit],
  );
  return { events, cursor: events.at(-1)?.cursor ?? page.after ?? null };
}

function parseCursor(cursor: string | undefined): [xid: string, id: string] {
  if (cursor === undefined) return ['0', '0'];
  const match = /^(\d{1,20})-(\d{1,18})$/.exec(cursor);
  if (match) return [match[1]!, match[2]!];
  throw new HoplineError('CURSOR_INVALID', `events.after must be a cursor of an earlier event, got ${cursor.slice(0, 60)}`);
}
