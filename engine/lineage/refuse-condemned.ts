import type { Digest } from '../plan/digest.ts';
import { HoplineError } from '../plan/errors.ts';
import { byteas } from './column-values.ts';
import type { Tx } from './db.ts';

/** Held, shared, by every transaction that gives objects a name; exclusively by the garbage collector while it condemns. */
export const NAMING_LOCK = 72707370;

/** An object that a transaction is about to name. */
export interface Naming {
  digest: Digest;
  /** The task that put it, after its lease. */
  taskId?: number;
  /** A moment before it was put, by the database's clock: see `databaseTime`. Default: 15 minutes ago. */
  since?: Date;
}

/** Refuses to name an object that the garbage collector has deleted since the caller put it, or is deleting now. From here to its end the
 *  transaction keeps the collector from condemning more: what it names stays.
 *  @throws OBJECT_CONDEMNED (not permanent): done again, from the put, it goes well */
export async function refuseCondemned(tx: Tx, namings: readonly Naming[]): Promise<void> {
  if (!namings.length) return;
  await tx.query('SELECT pg_advisory_xact_lock_shared($1)', [NAMING_LOCK]);
  // A statement of its own: it sees what was condemned while the lock was waited for.
  const [condemned] = await tx.query<{ digest: Digest }>(
    `SELECT c.digest FROM condemned c JOIN unnest($1::bytea[], $2::bigint[], $3::timestamptz[]) AS x (digest, task_id, since) USING (digest)
      WHERE c.deleted_at IS NULL
         OR c.deleted_at >= coalesce(x.since, (SELECT t.leased_at FROM task t WHERE t.id = x.task_id), now() - interval '15 minutes') LIMIT 1`,
    [
      byteas(namings.map(({ digest }) => digest)),
      namings.map(({ taskId }) => taskId ?? null),
      namings.map(({ since }) => since ?? null),
    ],
  );
  if (!condemned) return;
  throw new HoplineError(
    'OBJECT_CONDEMNED',
    `object must be in the store, got ${condemned.digest}, which hopline gc is deleting`,
    {
      hint: 'it is made again by itself; should gc have died, hopline gc ends what it began',
      permanent: false,
    },
  );
}

/** Now, by the database's clock: what `since` is measured with. Whole milliseconds, rounded down. */
export async function databaseTime(db: Tx): Promise<Date> {
  const [row] = await db.query<{ now: Date }>('SELECT clock_timestamp() AS now');
  return row!.now;
}
