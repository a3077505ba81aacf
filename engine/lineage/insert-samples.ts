import { isSampleMedium } from '../plan/define-step.ts';
import type { Digest } from '../plan/digest.ts';
import type { Coordinates } from '../plan/step-io.ts';
import { byteas, jsonb, storableText } from './column-values.ts';
import { compareContents } from './compare-contents.ts';
import type { Tx } from './db.ts';
import { insertEdges } from './insert-edges.ts';
import { distinctByKey, type MadeThing, madeThings } from './made-things.ts';
import type { Ids, LiveCommit } from './task-commit.ts';

/** What became of the samples that were to be stored. */
export interface StoredSamples {
  /** New ones, by key. */
  made: ReadonlyMap<Digest, NewSample>;
  /** Keys that had only failed so far, and are filled in. */
  healed: Digest[];
}

/** A sample that was inserted, with the coordinates that stand on it. */
export interface NewSample extends Coordinates {
  id: number;
  failed: boolean;
}

/** Stores samples and their edges. A key that exists keeps its content: the same content is fine, another is a divergence, and one
 *  that had only failed so far is filled in. */
export async function insertSamples(tx: Tx, commits: readonly LiveCommit[], artifacts: Ids): Promise<StoredSamples> {
  const things = madeThings(
    commits.filter((commit) => isSampleMedium(commit.medium)),
    (made) => made.contentDigest,
  );
  if (!things.length) return { made: new Map(), healed: [] };
  const distinct = distinctByKey(things);
  const ids = await insertMissing(tx, distinct, artifacts);
  const fresh = distinct.filter((thing) => ids.has(thing.item.key));
  await insertEdges(tx, fresh, ids);
  const there = distinct.filter((thing) => !ids.has(thing.item.key));
  const healed = await heal(tx, there, artifacts);
  await compareContents(tx, 'sample', things.length > distinct.length ? things : there);
  const made = new Map(
    fresh.map(({ item: { key, rootKey, chain, depth, hop }, contentDigest }): [Digest, NewSample] => [
      key,
      { id: ids.get(key)!, failed: contentDigest === null, rootKey, chain, depth, hop },
    ]),
  );
  return { made, healed };
}

async function insertMissing(tx: Tx, things: readonly MadeThing[], artifacts: Ids): Promise<Map<Digest, number>> {
  const rows = await tx.query<{ id: number; key: Digest }>(
    `INSERT INTO sample (key, content_digest, medium, root_key, chain, depth, hop, seed, text, meta, bytes, artifact_id, "row", failed, derivation_id)
     SELECT * FROM unnest($1::bytea[], $2::bytea[], $3::text[], $4::bytea[], $5::int[], $6::int[], $7::int[], $8::bytea[], $9::text[],
                          $10::jsonb[], $11::bigint[], $12::bigint[], $13::int[], $14::text[], $15::bigint[])
     ON CONFLICT (key) DO NOTHING RETURNING id, key`,
    [
      byteas(things.map(({ item }) => item.key)),
      byteas(things.map(({ contentDigest }) => contentDigest)),
      things.map(({ commit }) => commit.medium),
      byteas(things.map(({ item }) => item.rootKey)),
      things.map(({ item }) => item.chain),
      things.map(({ item }) => item.depth),
      things.map(({ item }) => item.hop),
      byteas(things.map(({ item }) => item.seed)),
      ...contents(things, artifacts),
    ],
  );
  return new Map(rows.map((row) => [row.key, row.id]));
}

/** Columns text, meta, bytes, artifact_id, row, failed, derivation_id. */
function contents(things: readonly MadeThing[], artifacts: Ids): unknown[] {
  return [
    things.map(({ made }) => (made.text === undefined ? null : storableText(made.text))),
    things.map(({ made }) => jsonb(made.meta)),
    things.map(({ made }) => made.bytes),
    things.map(({ artifact }) => (artifact ? artifacts.get(artifact) : null)),
    things.map(({ made, contentDigest }) => (contentDigest ? made.row : null)),
    things.map(({ made }) => (made.failed === undefined ? null : storableText(made.failed))),
    things.map(({ commit }) => commit.derivationId),
  ];
}

/** Fills in what failed in an earlier run and was made now. */
async function heal(tx: Tx, things: readonly MadeThing[], artifacts: Ids): Promise<Digest[]> {
  const made = things.filter((thing) => thing.contentDigest);
  if (!made.length) return [];
  const rows = await tx.query<{ key: Digest }>(
    `UPDATE sample s SET content_digest = x.content_digest, text = x.text, meta = x.meta, bytes = x.bytes, artifact_id = x.artifact_id,
                         "row" = x."row", failed = NULL, derivation_id = x.derivation_id
       FROM unnest($1::bytea[], $2::bytea[], $3::text[], $4::jsonb[], $5::bigint[], $6::bigint[], $7::int[], $8::text[], $9::bigint[])
            AS x (key, content_digest, text, meta, bytes, artifact_id, "row", failed, derivation_id)
      WHERE s.key = x.key AND s.failed IS NOT NULL RETURNING s.key`,
    [
      byteas(made.map(({ item }) => item.key)),
      byteas(made.map(({ contentDigest }) => contentDigest)),
      ...contents(made, artifacts),
    ],
  );
  return rows.map((row) => row.key);
}
