import { type Db, namedAmong, namedObjects, unusedArtifacts } from '../lineage/index.ts';
import type { Digest } from '../plan/digest.ts';
import type { Leftover, Store, StoredObject } from '../store/store.ts';
import { type Garbage, kindOf } from './garbage-kind.ts';
import { inLanes } from './in-lanes.ts';

export interface ObjectCount {
  count: number;
  bytes: number;
}

export interface FoundGarbage {
  objects: Garbage[];
  leftovers: Leftover[];
  /** Nothing refers to them, but they are too young to be judged. */
  young: ObjectCount;
  /** What runs, models, datasets and what they made consist of. */
  used: ObjectCount;
  /** Objects that something refers to and that are not in the store: lost, or in another store. */
  missing: Digest[];
}

/** Compares what the store has with what the rows name. Changes nothing. `before`: an object put later is young. */
export async function findGarbage(db: Db, store: Store, before: Date): Promise<FoundGarbage> {
  const named = await namedObjects(db);
  const missing = new Set(named);
  const [used, young, old] = [nothing(), nothing(), new Map<Digest, StoredObject>()];
  const youngOnes = new Set<Digest>();
  for await (const object of store.objects()) {
    missing.delete(object.digest);
    if (named.has(object.digest)) add(used, object);
    else if (object.modifiedAt < before) old.set(object.digest, object);
    else {
      add(young, object);
      youngOnes.add(object.digest);
    }
  }
  // Named while the store was listed.
  for (const digest of await namedAmong(db, [...old.keys()])) {
    add(used, old.get(digest)!);
    old.delete(digest);
  }
  const rows = (await unusedArtifacts(db, before)).filter((digest) => !old.has(digest) && !youngOnes.has(digest));
  const objects = await inLanes([...old.values()], async ({ digest, size }) => ({
    digest,
    kind: await kindOf(store, digest),
    bytes: size,
  }));
  const lost = await inLanes([...missing], async (digest) => ((await store.has(digest)) ? [] : [digest]));
  return {
    objects: [...objects, ...rows.map((digest) => ({ digest, kind: 'unused row' as const, bytes: 0 }))],
    leftovers: await store.leftovers(),
    young,
    used,
    missing: lost.flat(),
  };
}

const nothing = (): ObjectCount => ({ count: 0, bytes: 0 });

function add(to: ObjectCount, { size }: StoredObject): void {
  to.count++;
  to.bytes += size;
}
