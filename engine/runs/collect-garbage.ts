import { asOnlyCollector, type Db, forgetDeletions } from '../lineage/index.ts';
import { HoplineError } from '../plan/errors.ts';
import type { Store } from '../store/store.ts';
import { type FoundGarbage, findGarbage } from './find-garbage.ts';
import { type Collector, endCondemned, removeGarbage } from './remove-garbage.ts';

export interface GarbageOptions {
  /** Objects that were put within this time are left alone: somebody may be about to name them. Milliseconds. Default 24 hours. At 0 nothing
   *  is lost either, but tasks under way may have to be done again. */
  olderThan?: number;
  /** Finds, and deletes nothing. */
  dryRun?: boolean;
}

export interface GarbageReport extends FoundGarbage {
  dryRun: boolean;
  /** Objects that were named or put again while they were being collected. */
  spared: number;
}

export const DAY = 24 * 3_600_000;

/** Deletes what no run, model, dataset or made thing refers to: objects, rows of artifacts, half-written parts. Safe beside running runs, and
 *  to be stopped at any moment: see engine/store/README.md.
 *  @throws GC_STORE_MISMATCH; GC_RUNNING, GC_BUSY (not permanent); what the store throws */
export async function collectGarbage(services: { db: Db; store: Store }, options: GarbageOptions = {}): Promise<GarbageReport> {
  const { olderThan = DAY, dryRun = false } = options;
  const before = new Date(Date.now() - olderThan);
  if (dryRun) return { dryRun, spared: 0, ...(await findGarbage(services.db, services.store, before)) };
  return asOnlyCollector(services.db, 3_000, (stillAlone) => sweep({ ...services, stillAlone }, before));
}

/** One collection, for whoever is the only collector. */
export async function sweep(collector: Collector, before: Date): Promise<GarbageReport> {
  const { db, store } = collector;
  await endCondemned(collector);
  const found = await findGarbage(db, store, before);
  assertStoreOf(found, store.url);
  const removed = await removeGarbage(
    collector,
    found.objects.map(({ digest }) => ({ digest, before })),
  );
  await store.removeLeftovers();
  await forgetDeletions(db);
  const objects = found.objects.filter(({ digest }) => removed.has(digest));
  return { dryRun: false, ...found, objects, spared: found.objects.length - objects.length };
}

/** Ends what a collector began that died: until then, commits of what it condemned are refused. For the start of services, and for whoever
 *  meets OBJECT_CONDEMNED. Does nothing while a collector is at work.
 *  @returns how many objects that were */
export async function resumeGarbage(services: { db: Db; store: Store }): Promise<number> {
  try {
    return await asOnlyCollector(services.db, 0, (stillAlone) => endCondemned({ ...services, stillAlone }));
  } catch (error) {
    if (error instanceof HoplineError && error.code === 'GC_RUNNING') return 0;
    throw error;
  }
}

/** To a database, the store of another one is garbage from end to end. */
function assertStoreOf({ used, missing, objects }: FoundGarbage, url: string): void {
  const stored = objects.filter(({ kind }) => kind !== 'unused row').length;
  if (stored === 0 || (used.count > 0 && used.count >= missing.length)) return;
  throw new HoplineError(
    'GC_STORE_MISMATCH',
    `store must be the one of this database, got ${url}, where ${missing.length} of ${used.count + missing.length} objects that the database names are missing`,
    { hint: 'check STORE_URL and DATABASE_URL; hopline gc --dry-run shows what is there' },
  );
}
