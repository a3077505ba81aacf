import type { Db } from '../../engine/lineage/index.ts';
import type { Digest } from '../../engine/plan/digest.ts';
import type { Store } from '../../engine/store/store.ts';

export interface StoreCheck {
  objects: number;
  /** What something in the database refers to and the store doesn't have whole, but for what the programme itself has damaged. */
  broken: Digest[];
  /** Of what the programme has damaged: made again by the engine, and still spoilt because nothing has read it since. */
  remade: Digest[];
  spoilt: Digest[];
  /** What nothing in the database refers to: written, and not committed. */
  orphans: Digest[];
  /** Half-written parts. */
  leftovers: number;
}

/** Reads every object that the database refers to, and lists the others. Asks nothing of the garbage collector, whose word is compared. */
export async function checkStore(db: Db, store: Store, damaged: ReadonlySet<Digest>): Promise<StoreCheck> {
  const referred = new Set((await db.query<{ digest: Digest }>(REFERRED)).map(({ digest }) => digest));
  const broken: Digest[] = [];
  const [remade, spoilt]: Digest[][] = [[], []];
  for (const digest of referred) {
    const whole = await isWhole(store, digest);
    if (damaged.has(digest)) (whole ? remade : spoilt)!.push(digest);
    else if (!whole) broken.push(digest);
  }
  const orphans: Digest[] = [];
  let objects = 0;
  for await (const digest of store.list()) {
    objects++;
    if (!referred.has(digest)) orphans.push(digest);
  }
  return { objects, broken, remade: remade!, spoilt: spoilt!, orphans, leftovers: (await store.leftovers()).length };
}

/** What `hopline gc --dry-run --older-than 0 --json` must name: every orphan, and nothing else but rows without use. */
export function checkGarbage(said: string, { orphans, leftovers }: StoreCheck): string[] {
  const report = JSON.parse(said) as { objects: { digest: Digest; kind: string }[]; leftovers: unknown[]; missing: Digest[] };
  const named = new Set(report.objects.filter(({ kind }) => kind !== 'unused row').map(({ digest }) => digest));
  const unnamed = orphans.filter((digest) => !named.has(digest));
  const wronged = [...named].filter((digest) => !orphans.includes(digest));
  return [
    ...(unnamed.length > 0 ? [`gc must name every orphan, got not ${unnamed.join(', ')}`] : []),
    ...(wronged.length > 0 ? [`gc must name nothing that is referred to, got ${wronged.join(', ')}`] : []),
    ...(report.missing.length > 0 ? [`gc must miss nothing, got ${report.missing.join(', ')}`] : []),
    ...(report.leftovers.length < leftovers ? [`gc must name ${leftovers} leftovers, got ${report.leftovers.length}`] : []),
  ];
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
  UNION SELECT decode(f.value #>> '{}', 'hex') FROM outcome, jsonb_each(files) f
         WHERE jsonb_typeof(files) = 'object' AND f.value #>> '{}' ~ '^[0-9a-f]{64}$'`;
