import { createHash } from 'node:crypto';
import { HoplineError } from '../plan/errors.ts';

/** A place in the order of a run's events: the transaction that wrote them, then their ids. */
export interface EventPosition {
  xid: bigint;
  id: number;
}

/** Before every event. */
export const BEFORE_EVENTS: EventPosition = { xid: 0n, id: 0 };

/** Greater than every id: the end of a transaction's events. */
export const LAST_ID = Number.MAX_SAFE_INTEGER;

/** Negative where `a` comes first. */
export const comparePositions = (a: EventPosition, b: EventPosition): number =>
  a.xid === b.xid ? a.id - b.id : a.xid < b.xid ? -1 : 1;

const PLACE = 16;
const CHECK = 6;

/** A cursor for clients: the place, and a check by which a cursor of another run or one that was made up is known. No secret: a cursor
 *  opens nothing. */
export function eventCursor(runId: string, { xid, id }: EventPosition): string {
  const place = Buffer.alloc(PLACE);
  place.writeBigUInt64BE(xid, 0);
  place.writeBigUInt64BE(BigInt(id), 8);
  return Buffer.concat([place, check(runId, place)]).toString('base64url');
}

/** @throws CURSOR_INVALID for a cursor that is none, or one of another run */
export function eventPosition(runId: string, cursor: string): EventPosition {
  const bytes = /^[A-Za-z0-9_-]{30}$/.test(cursor) ? Buffer.from(cursor, 'base64url') : Buffer.alloc(0);
  const place = bytes.subarray(0, PLACE);
  if (bytes.length === PLACE + CHECK && check(runId, place).equals(bytes.subarray(PLACE)))
    return { xid: place.readBigUInt64BE(0), id: Number(place.readBigUInt64BE(8)) };
  throw new HoplineError(
    'CURSOR_INVALID',
    `events.after must be the cursor of an earlier event of run ${runId}, got ${JSON.stringify(cursor.slice(0, 60))}`,
    { hint: 'leave it out for all events from the beginning' },
  );
}

const check = (runId: string, place: Buffer): Buffer =>
  createHash('sha256').update(runId).update('\0').update(place).digest().subarray(0, CHECK);
