import type { ArtifactRef } from '../compute/order.ts';
import type { Digest } from '../plan/digest.ts';
import type { JsonObject } from '../plan/json.ts';
import { bytea, byteas, jsonb, storableText } from './column-values.ts';
import type { DatasetInfo } from './datasets.ts';
import { DATASET_COLUMNS } from './datasets.ts';
import type { Db, Tx } from './db.ts';
import { sampleIds } from './find-samples.ts';
import { artifactIds } from './insert-artifacts.ts';
import { pagesOf } from './pages.ts';
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
  rows: NewDatasetRow[];
  artifacts: ArtifactRef[];
  /** A moment before they were put: see `databaseTime`. */
  since?: Date;
}

/** Stores a dataset and its root samples in one transaction. The same digest again makes it the latest of its name. */
export async function registerDataset(db: Db, dataset: NewDataset): Promise<DatasetInfo & { created: boolean }> {
  return db.transaction(async (tx) => {
    const [row] = await tx.query<DatasetInfo & { created: boolean }>(
      `INSERT INTO dataset (name, digest, reader, params, rows) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (name, digest) DO UPDATE SET registered_at = clock_timestamp() RETURNING ${DATASET_COLUMNS}, xmax = 0 AS created`,
      [dataset.name, bytea(dataset.digest), dataset.reader, jsonb(dataset.params), dataset.rows.length],
    );
    if (!row!.created) return row!;
    await refuseCondemned(
      tx,
      dataset.artifacts.map(({ digest }) => ({ digest, since: dataset.since })),
    );
    const artifacts = await artifactIds(tx, dataset.artifacts);
    const samples = await insertRoots(tx, dataset.rows, artifacts);
    for (const page of pagesOf(dataset.rows, 5_000)) await insertRows(tx, row!.id, page, samples);
    return row!;
  });
}

async function insertRoots(tx: Tx, rows: readonly NewDatasetRow[], artifacts: Ids): Promise<Ids> {
  const roots = new Map<Digest, RootSample & { medium: string }>();
  for (const { text, image } of rows) {
    if (text) roots.set(text.key, { ...text, medium: 'text' });
    if (image) roots.set(image.key, { ...image, medium: 'image' });
  }
  const sorted = [...roots.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  for (const page of pagesOf(sorted, 5_000)) {
    await tx.query(
      `INSERT INTO sample (key, content_digest, root_key, medium, chain, depth, hop, text, meta, bytes, artifact_id, "row")
       SELECT key, key, key, medium, 0, 0, 0, text, meta, bytes, artifact_id, "row"
         FROM unnest($1::bytea[], $2::text[], $3::text[], $4::jsonb[], $5::bigint[], $6::bigint[], $7::int[])
              AS x (key, medium, text, meta, bytes, artifact_id, "row")
       ON CONFLICT (key) DO NOTHING`,
      [
        byteas(page.map((root) => root.key)),
        page.map((root) => root.medium),
        page.map((root) => (root.text === undefined ? null : storableText(root.text))),
        page.map((root) => jsonb(root.meta)),
        page.map((root) => root.bytes),
        page.map((root) => artifacts.get(root.artifact)),
        page.map((root) => root.row),
      ],
    );
  }
  return sampleIds(tx, roots.keys());
}

async function insertRows(tx: Tx, datasetId: number, rows: readonly NewDatasetRow[], samples: Ids): Promise<void> {
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
