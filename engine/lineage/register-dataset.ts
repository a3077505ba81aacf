import type { ArtifactRef } from '../compute/order.ts';
import type { Digest } from '../plan/digest.ts';
import type { JsonObject } from '../plan/json.ts';
import { bytea, byteas, jsonb, storableText } from './column-values.ts';
import type { DatasetInfo } from './datasets.ts';
import { DATASET_COLUMNS } from './datasets.ts';
import type { Db, Tx } from './db.ts';
import { sampleIds } from './find-samples.ts';
import { artifactIds } from './insert-artifacts.ts';
import { refuseCondemned } from './refuse-condemned.ts';
import type { Ids } from './task-commit.ts';

/** A payload of a dataset row: a root sample, whose key is its content digest. */
export interface RootSample {
  key: Digest;
  artifact: Digest;
  row: number;
  /** Payload size. */
  bytes: number;
  text?: string;
  meta?: JsonObject;
}

import { declareSilent } from './silent-transaction.ts';

export interface NewDatasetRow {
  index: number;
  id: string;
  part: string | null;
  group: string;
  meta: JsonObject;
  text?: RootSample;
  image?: RootSample;
}

export interface NewDataset {
  name: string;
  reader: string;
  params: JsonObject;
  digest: Digest;
  /** How many. */
  rows: number;
  /** All rows, page by page, in their order: asked for anew should the transaction start over. A page is one statement's. */
  pages(): Iterable<readonly NewDatasetRow[]>;
  artifacts: ArtifactRef[];
  /** A moment before they were put: see `databaseTime`. */
  since?: Date;
}

/** Registrations share samples, and come one after the other so that two can't wait for each other's. */
const REGISTRATION_LOCK = 72707372;

/** Stores a dataset and its root samples in one transaction. The same digest again makes it the latest of its name. */
export async function registerDataset(db: Db, dataset: NewDataset): Promise<DatasetInfo & { created: boolean }> {
  return db.transaction(async (tx) => {
    await tx.query('SELECT pg_advisory_xact_lock($1)', [REGISTRATION_LOCK]);
    // A large one takes minutes, for which the events of every run would wait.
    await declareSilent(tx);
    const [row] = await tx.query<DatasetInfo & { created: boolean }>(
      `INSERT INTO dataset (name, digest, reader, params, rows) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (name, digest) DO UPDATE SET registered_at = clock_timestamp() RETURNING ${DATASET_COLUMNS}, xmax = 0 AS created`,
      [dataset.name, bytea(dataset.digest), dataset.reader, jsonb(dataset.params), dataset.rows],
    );
    if (!row!.created) return row!;
    await refuseCondemned(
      tx,
      dataset.artifacts.map(({ digest }) => ({ digest, since: dataset.since })),
    );
    const artifacts = await artifactIds(tx, dataset.artifacts);
    for (const page of dataset.pages()) {
      await insertRoots(tx, page, artifacts);
      await insertRows(tx, row!.id, page);
    }
    return row!;
  });
}

async function insertRoots(tx: Tx, rows: readonly NewDatasetRow[], artifacts: Ids): Promise<void> {
  const distinct = new Map<Digest, RootSample & { medium: string }>();
  for (const { text, image } of rows) {
    if (text) distinct.set(text.key, { ...text, medium: 'text' });
    if (image) distinct.set(image.key, { ...image, medium: 'image' });
  }
  const roots = [...distinct.values()];
  await tx.query(
    `INSERT INTO sample (key, content_digest, root_key, medium, chain, depth, hop, text, meta, bytes, artifact_id, "row")
     SELECT key, key, key, medium, 0, 0, 0, text, meta, bytes, artifact_id, "row"
       FROM unnest($1::bytea[], $2::text[], $3::text[], $4::jsonb[], $5::bigint[], $6::bigint[], $7::int[])
            AS x (key, medium, text, meta, bytes, artifact_id, "row")
     ON CONFLICT (key) DO NOTHING`,
    [
      byteas(roots.map((root) => root.key)),
      roots.map((root) => root.medium),
      roots.map((root) => (root.text === undefined ? null : storableText(root.text))),
      roots.map((root) => jsonb(root.meta)),
      roots.map((root) => root.bytes),
      roots.map((root) => artifacts.get(root.artifact)),
      roots.map((root) => root.row),
    ],
  );
}

async function insertRows(tx: Tx, datasetId: number, rows: readonly NewDatasetRow[]): Promise<void> {
  const keys = rows.flatMap(({ text, image }) => [text, image].flatMap((sample) => sample?.key ?? []));
  const samples = await sampleIds(tx, keys);
  await tx.query(
    `INSERT INTO dataset_row (dataset_id, index, row_id, part, "group", text_sample_id, image_sample_id, meta)
     SELECT $1, * FROM unnest($2::int[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::jsonb[])`,
    [
      datasetId,
      rows.map((row) => row.index),
      rows.map((row) => storableText(row.id)),
      rows.map((row) => row.part),
      rows.map((row) => storableText(row.group)),
      rows.map((row) => (row.text ? samples.get(row.text.key) : null)),
      rows.map((row) => (row.image ? samples.get(row.image.key) : null)),
      rows.map((row) => jsonb(row.meta)),
    ],
  );
}
