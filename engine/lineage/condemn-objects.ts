import type { Digest } from '../plan/digest.ts';
import { HoplineError } from '../plan/errors.ts';
import { byteas } from './column-values.ts';
import type { Db, Tx } from './db.ts';
import { namedAmong } from './named-objects.ts';
import { NAMING_LOCK } from './refuse-condemned.ts';

const COLLECTOR_LOCK = 72707371;

/** Does `work` as the only garbage collector of this database. `stillAlone` throws when the database no longer thinks so. `wait`: how long
 *  another one may take to go, milliseconds; a dead one's connection is missed within moments.
 *  @throws GC_RUNNING (not permanent) */
export function asOnlyCollector<T>(db: Db, wait: number, work: (stillAlone: () => Promise<void>) => Promise<T>): Promise<T> {
  return db.transaction(async (tx) => {
    await takeCollectorLock(tx, Date.now() + wait);
    return work(async () => void (await tx.query('SELECT 1')));
  });
}

async function takeCollectorLock(tx: Tx, until: number): Promise<void> {
  for (;;) {
    const [row] = await tx.query<{ held: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS held', [COLLECTOR_LOCK]);
    if (row!.held) return;
    if (Date.now() >= until) {
      throw new HoplineError('GC_RUNNING', 'hopline gc must run alone, got another one at work on this database', {
        hint: 'wait for it',
        permanent: false,
      });
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** From here on no transaction can name these objects; those that named one before are over. Nothing is looked up while the lock is held,
 *  so that commits wait for one insert and no more. */
async function forbidNaming(db: Db, digests: readonly Digest[]): Promise<void> {
  const forbid = async (tx: Tx): Promise<void> => {
    // Rather later than keep every commit waiting behind one that hangs.
    await tx.query(`SET LOCAL lock_timeout = '10s'`);
    await tx.query('SELECT pg_advisory_xact_lock($1)', [NAMING_LOCK]);
    await tx.query(
      `INSERT INTO condemned (digest, at) SELECT digest, clock_timestamp() FROM unnest($1::bytea[]) AS x (digest)
       ON CONFLICT (digest) DO UPDATE SET at = clock_timestamp(), deleted_at = NULL`,
      [byteas(digests)],
    );
  };
  await db.transaction(forbid).catch((error: unknown) => {
    if ((error as { code?: string }).code !== '55P03') throw error;
    throw new HoplineError('GC_BUSY', 'hopline gc must wait for the commits under way, got one that takes longer than 10 s', {
      hint: 'hopline gc, later',
      permanent: false,
    });
  });
}

/** Condemns objects and lets those go that turn out to be named. What is left can't be named until `closeCondemned`.
 *  @returns the objects that may be deleted */
export async function condemnObjects(db: Db, digests: readonly Digest[]): Promise<Digest[]> {
  if (!digests.length) return [];
  await forbidNaming(db, digests);
  const named = await namedAmong(db, digests);
  await pardon(db, [...named]);
  return digests.filter((digest) => !named.has(digest));
}

/** Closes the files on objects that `condemnObjects` gave up: `gone` from the store, and their rows with them, or `kept` because somebody
 *  has put them again. */
export async function closeCondemned(
  db: Db,
  { gone, kept }: { gone: readonly Digest[]; kept: readonly Digest[] },
): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.query('DELETE FROM artifact WHERE digest = ANY ($1::bytea[])', [byteas(gone)]);
    await tx.query('UPDATE condemned SET deleted_at = clock_timestamp() WHERE digest = ANY ($1::bytea[])', [byteas(gone)]);
    await pardon(tx, kept);
  });
}

async function pardon(tx: Tx, digests: readonly Digest[]): Promise<void> {
  if (digests.length) await tx.query('DELETE FROM condemned WHERE digest = ANY ($1::bytea[])', [byteas(digests)]);
}

/** What a collector condemned that died before it was done, and when. */
export function openCondemned(db: Tx): Promise<{ digest: Digest; at: Date }[]> {
  return db.query('SELECT digest, at FROM condemned WHERE deleted_at IS NULL ORDER BY digest');
}

/** Forgets deletions that nobody who works now can have been overtaken by: no lease, and no plan or registration (a day), is older. */
export async function forgetDeletions(db: Tx): Promise<void> {
  await db.query(
    `DELETE FROM condemned WHERE deleted_at < LEAST(now() - interval '1 day', (SELECT min(leased_at) FROM task WHERE state = 'running'))`,
  );
}
