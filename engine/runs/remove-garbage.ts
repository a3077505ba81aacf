import { closeCondemned, condemnObjects, type Db, openCondemned } from '../lineage/index.ts';
import type { Digest } from '../plan/digest.ts';
import type { Store } from '../store/store.ts';
import { inLanes } from './in-lanes.ts';

/** Condemned together: few enough that a commit that is refused is soon done again. */
const BATCH = 500;

export interface Collector {
  db: Db;
  store: Store;
  /** Throws when another collector may have begun. */
  stillAlone(): Promise<void>;
}

/** Something to delete unless it was put at that moment or later. */
export interface Condemnation {
  digest: Digest;
  before: Date;
}

/** Condemns, deletes, and closes the files, batch by batch. Stopped between any two steps it leaves objects condemned: nothing can name
 *  them until a later collector has ended what this one began.
 *  @returns the objects that are gone; the others were named or put again meanwhile */
export async function removeGarbage({ db, store, stillAlone }: Collector, all: readonly Condemnation[]): Promise<Set<Digest>> {
  const removed = new Set<Digest>();
  for (let from = 0; from < all.length; from += BATCH) {
    const batch = new Map(all.slice(from, from + BATCH).map(({ digest, before }) => [digest, before]));
    await stillAlone();
    const condemned = await condemnObjects(db, [...batch.keys()]);
    const fates = await inLanes(condemned, (digest) => store.deleteOlder(digest, batch.get(digest)!));
    const gone = condemned.filter((_, index) => fates[index] !== 'young');
    const kept = condemned.filter((_, index) => fates[index] === 'young');
    await closeCondemned(db, { gone, kept });
    for (const digest of gone) removed.add(digest);
  }
  return removed;
}

/** Ends what a collector began that died. What was put again since stays.
 *  @returns how many objects that were */
export async function endCondemned(collector: Collector): Promise<number> {
  const open = await openCondemned(collector.db);
  await removeGarbage(
    collector,
    open.map(({ digest, at }) => ({ digest, before: at })),
  );
  return open.length;
}
