import type { MadeItem } from '../compute/order.ts';
import { type Digest, digestJson } from '../plan/digest.ts';
import { HoplineError } from '../plan/errors.ts';
import { byteas, jsonb, storableText } from './column-values.ts';
import { compareContents } from './compare-contents.ts';
import type { Tx } from './db.ts';
import { sampleIds } from './find-samples.ts';
import { distinctByKey, type MadeThing, madeThings } from './made-things.ts';
import type { Ids, LiveCommit } from './task-commit.ts';

/** Stores scores, by the same rules as samples. The content of a score is its loss and its values. */
export async function insertScores(tx: Tx, commits: readonly LiveCommit[], artifacts: Ids): Promise<Digest[]> {
  const things = madeThings(
    commits.filter((commit) => commit.medium === 'scores'),
    scoreDigest,
  );
  if (!things.length) return [];
  const distinct = distinctByKey(things);
  const subjects = await sampleIds(tx, distinct.map(subjectOf));
  const inserted = await insertMissing(tx, distinct, subjects, artifacts);
  const there = distinct.filter((thing) => !inserted.has(thing.item.key));
  const healed = await heal(tx, there, artifacts);
  await compareContents(tx, 'score', things.length > distinct.length ? things : there);
  return healed;
}

/** null where there is no number: then the result is invalid. */
export function scoreDigest(made: MadeItem): Digest | null {
  return made.loss === undefined || !Number.isFinite(made.loss)
    ? null
    : digestJson({ loss: made.loss, values: made.values ?? {} });
}

function subjectOf({ item, commit }: MadeThing): Digest {
  const key = item.sampleKey ?? item.parents[0]?.key;
  if (key === undefined)
    throw new HoplineError(
      'RESULT_INVALID',
      `node "${commit.nodeName}".result must say which sample is scored, got none for ${item.key}`,
    );
  return key;
}

async function insertMissing(tx: Tx, things: readonly MadeThing[], subjects: Ids, artifacts: Ids): Promise<Set<Digest>> {
  const rows = await tx.query<{ key: Digest }>(
    `INSERT INTO score (key, sample_id, content_digest, loss, "values", artifact_id, "row", failed, derivation_id)
     SELECT * FROM unnest($1::bytea[], $2::bigint[], $3::bytea[], $4::float8[], $5::jsonb[], $6::bigint[], $7::int[], $8::text[], $9::bigint[])
     ON CONFLICT (key) DO NOTHING RETURNING key`,
    [
      byteas(things.map(({ item }) => item.key)),
      things.map((thing) => subjects.get(subjectOf(thing))),
      ...contents(things, artifacts),
    ],
  );
  return new Set(rows.map((row) => row.key));
}

/** Columns content_digest, loss, values, artifact_id, row, failed, derivation_id. */
function contents(things: readonly MadeThing[], artifacts: Ids): unknown[] {
  return [
    byteas(things.map(({ contentDigest }) => contentDigest)),
    things.map(({ made, contentDigest }) => (contentDigest ? made.loss : null)),
    things.map(({ made, contentDigest }) => (contentDigest ? jsonb(made.values ?? {}) : null)),
    things.map(({ artifact }) => (artifact ? artifacts.get(artifact) : null)),
    things.map(({ made, contentDigest }) => (contentDigest ? made.row : null)),
    things.map(({ made }) => (made.failed === undefined ? null : storableText(made.failed))),
    things.map(({ commit }) => commit.derivationId),
  ];
}

async function heal(tx: Tx, things: readonly MadeThing[], artifacts: Ids): Promise<Digest[]> {
  const made = things.filter((thing) => thing.contentDigest);
  if (!made.length) return [];
  const rows = await tx.query<{ key: Digest }>(
    `UPDATE score s SET content_digest = x.content_digest, loss = x.loss, "values" = x."values", artifact_id = x.artifact_id,
                        "row" = x."row", failed = NULL, derivation_id = x.derivation_id
       FROM unnest($1::bytea[], $2::bytea[], $3::float8[], $4::jsonb[], $5::bigint[], $6::int[], $7::text[], $8::bigint[])
            AS x (key, content_digest, loss, "values", artifact_id, "row", failed, derivation_id)
      WHERE s.key = x.key AND s.failed IS NOT NULL RETURNING s.key`,
    [byteas(made.map(({ item }) => item.key)), ...contents(made, artifacts)],
  );
  return rows.map((row) => row.key);
}
