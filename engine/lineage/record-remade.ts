import type { ArtifactRef, MadeItem } from '../compute/order.ts';
import type { Digest } from '../plan/digest.ts';
import { HoplineError } from '../plan/errors.ts';
import { bytea, byteas, jsonb, storableText } from './column-values.ts';
import type { Db, Tx } from './db.ts';
import { artifactIds } from './insert-artifacts.ts';
import { scoreDigest } from './insert-scores.ts';
import { refuseCondemned } from './refuse-condemned.ts';
import { writeEvents } from './write-events.ts';

export interface RemadeRows {
  runId: string;
  node: string;
  kind: 'sample' | 'score';
  /** The object that can't be read any more. */
  lost: Digest;
  artifact: ArtifactRef;
  items: readonly MadeItem[];
  /** A moment before the artifact was put: see `databaseTime`. */
  since: Date;
}

/** Says that an object is whole again. */
export async function recordWhole(db: Db, runId: string, node: string | null, digest: Digest): Promise<void> {
  await db.transaction((tx) => writeEvents(tx, [{ runId, type: 'artifact.remade', payload: { digest, node, as: digest } }]));
}

/** Points the rows of a lost object to one that was made instead of it. The same content under other bytes (a task that was computed in
 *  other parts) changes nothing that anybody has read. Other content, as of a step that draws anew, may only take the place of what
 *  nothing was derived from; it is recorded as a divergence.
 *  @throws OBJECT_LOST */
export async function recordRemade(db: Db, remade: RemadeRows): Promise<void> {
  const { runId, node, kind, lost, artifact, since } = remade;
  await db.transaction(async (tx) => {
    const rows = await tx.query<{ id: number; key: Digest; content: Digest }>(
      `SELECT s.id, s.key, s.content_digest AS content FROM ${kind} s JOIN artifact a ON a.id = s.artifact_id WHERE a.digest = $1
        ORDER BY s.id FOR NO KEY UPDATE OF s`,
      [bytea(lost)],
    );
    const made = new Map(remade.items.map((item) => [item.key, item]));
    const contentOf = (key: Digest): Digest => {
      const item = made.get(key)!;
      return kind === 'score' ? scoreDigest(item)! : item.contentDigest!;
    };
    const other = rows.filter(({ key, content }) => contentOf(key) !== content);
    if (other.length > 0) await assertUnread(tx, remade, other);
    await refuseCondemned(tx, [{ digest: artifact.digest, since }]);
    const ids = await artifactIds(tx, [artifact]);
    await point(
      tx,
      kind,
      ids.get(artifact.digest)!,
      rows.map(({ id, key }) => ({ id, item: made.get(key)!, content: contentOf(key) })),
    );
    await tx.query(
      `INSERT INTO divergence (key, existing, other, run_id) SELECT x.*, $4 FROM unnest($1::bytea[], $2::bytea[], $3::bytea[]) x
       ON CONFLICT DO NOTHING`,
      [
        byteas(other.map(({ key }) => key)),
        byteas(other.map(({ content }) => content)),
        byteas(other.map(({ key }) => contentOf(key))),
        runId,
      ],
    );
    const payload = { digest: lost, node, as: artifact.digest, rows: rows.length, diverged: other.length };
    await writeEvents(tx, [{ runId, type: 'artifact.remade', payload }]);
  });
}

async function point(
  tx: Tx,
  kind: 'sample' | 'score',
  artifactId: number,
  rows: readonly { id: number; item: MadeItem; content: Digest }[],
): Promise<void> {
  const common = [
    rows.map(({ id }) => id),
    byteas(rows.map(({ content }) => content)),
    artifactId,
    rows.map(({ item }) => item.row),
  ];
  if (kind === 'score') {
    await tx.query(
      `UPDATE score s SET content_digest = x.content, artifact_id = $3, "row" = x.at, loss = x.loss, "values" = x."values"
         FROM unnest($1::bigint[], $2::bytea[], $4::int[], $5::float8[], $6::jsonb[]) AS x (id, content, at, loss, "values") WHERE s.id = x.id`,
      [...common, rows.map(({ item }) => item.loss), rows.map(({ item }) => jsonb(item.values ?? {}))],
    );
    return;
  }
  await tx.query(
    `UPDATE sample s SET content_digest = x.content, artifact_id = $3, "row" = x.at, text = x.text, meta = x.meta, bytes = x.bytes
       FROM unnest($1::bigint[], $2::bytea[], $4::int[], $5::text[], $6::jsonb[], $7::bigint[]) AS x (id, content, at, text, meta, bytes)
      WHERE s.id = x.id`,
    [
      ...common,
      rows.map(({ item }) => (item.text === undefined ? null : storableText(item.text))),
      rows.map(({ item }) => jsonb(item.meta)),
      rows.map(({ item }) => item.bytes),
    ],
  );
}

/** What may have read a sample, or a score: a child, a judgement, a training, or a node that reads another one as a whole. */
const READERS: Record<'sample' | 'score', string> = {
  sample: `SELECT FROM edge WHERE parent_id = ANY ($1) UNION ALL SELECT FROM score WHERE sample_id = ANY ($1)
     UNION ALL SELECT FROM training_set_member WHERE sample_id = ANY ($1) UNION ALL SELECT FROM prediction WHERE sample_id = ANY ($1)
     UNION ALL SELECT FROM node_sample m JOIN node n ON n.id = m.node_id JOIN derivation_input i ON i.key = n.key WHERE m.sample_id = ANY ($1)`,
  score: `SELECT FROM node_score m JOIN node n ON n.id = m.node_id JOIN derivation_input i ON i.key = n.key WHERE m.score_id = ANY ($1)
     UNION ALL SELECT FROM decision WHERE sample_id IN (SELECT sample_id FROM score WHERE id = ANY ($1))`,
};

async function assertUnread(
  tx: Tx,
  { kind, lost, node }: RemadeRows,
  rows: readonly { id: number; key: Digest }[],
): Promise<void> {
  const readers = await tx.query(`SELECT FROM (${READERS[kind]}) readers LIMIT 1`, [rows.map(({ id }) => id)]);
  if (readers.length === 0) return;
  throw new HoplineError(
    'OBJECT_LOST',
    `object ${lost} must be made again as it was, got other content for ${rows.length} ${kind}s of node "${node}", such as ${rows[0]!.key}, which others were made from`,
    { hint: `restore the object from a copy, or hopline rerun RUN --from ${node}`, details: { digest: lost } },
  );
}
