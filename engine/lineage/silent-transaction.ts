import type { Tx } from './db.ts';

/** Marks our advisory locks: "hopl". Below it stand the last 32 bits of a transaction's id. */
const TAG = 0x686f_706c;
const LOW = 0xffff_ffff;

/** Says that a transaction will write no events, which is for those that take long: readers need not wait for it with what was committed
 *  after it began. It must keep to it, or an event would be missed. */
export async function declareSilent(tx: Tx): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock($1::bigint << 32 | (pg_current_xact_id()::text::bigint & ${LOW}))`, [TAG]);
}

/** SQL: whether the running transaction of this id has declared itself silent. Looks through all locks of the server. */
export const isSilent = (xid: string): string =>
  `EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = ${TAG} AND objsubid = 1 AND objid::bigint = (${xid}::text::bigint & ${LOW}))`;
