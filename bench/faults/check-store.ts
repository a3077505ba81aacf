import type { Db } from '../../engine/lineage/index.ts';
import type { Digest } from '../../engine/plan/digest.ts';
import type { Store } from '../../engine/store/store.ts';

export interface StoreCheck {
  objects: number;
  /** What something in the database refers to and the store doesn't have whole, but for what the programme itself has damaged. */
  broken: Digest[];
  /** What nothing in the database refers to: written, and not committed. */
  orphans: Digest[];
}

/** Reads every object that the database refers to, and lists the others. */
export async function checkStore(db: Db, store: Store, damaged: ReadonlySet<Digest>): Promise<StoreCheck> {
  const referred = new Set((await db.query<{ digest: Digest }>(REFERRED)).map(({ digest }) => digest));
  const broken: Digest[] = [];
  for (const digest of referred) if (!damaged.has(digest) && !(await isWhole(store, digest))) broken.push(digest);
  const orphans: Digest[] = [];
  let objects = 0;
  for await (const digest of store.list?.() ?? []) {
    objects++;
    if (!referred.has(digest)) orphans.push(digest);
  }
  return { objects, broken, orphans };
}

const isWhole = (store: Store, digest: Digest): Promise<boolean> =>
  store.get(digest).then(
    () => true,
    () => false,
  );

const REFERRED = `
  SELECT digest FROM artifact
  UNION SELECT plan_digest FROM run WHERE plan_digest IS NOT NULL
  UNION SELECT artifact FROM stage_shard
  UNION SELECT decode(f.value #>> '{}', 'hex') FROM model, jsonb_each(files) f
  UNION SELECT decode(f.value #>> '{}', 'hex') FROM outcome, jsonb_each(files) f WHERE jsonb_typeof(files) = 'object' AND f.value #>> '{}' ~ '^[0-9a-f]{64}$'`;
