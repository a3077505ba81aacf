import type { Digest } from '../plan/digest.ts';
import { byteas } from './column-values.ts';
import { DATASET_COLUMNS, type DatasetInfo } from './datasets.ts';
import type { Tx } from './db.ts';
import { MODEL_COLUMNS, type ModelInfo } from './models.ts';

export interface RegistryPage {
  limit: number;
  /** Name of the last one of the page before. */
  after?: string;
}

/** A version of a dataset or model: no name has the same digest twice. */
export interface VersionRef {
  name: string;
  digest: Digest;
}

/** The latest of each name, by name. Each name is one look into the index of names and digests. */
export const datasetsPage = (db: Tx, page: RegistryPage): Promise<DatasetInfo[]> =>
  db.query(latestOfEachName('dataset', DATASET_COLUMNS), [page.after ?? '', page.limit]);

export const modelsPage = (db: Tx, page: RegistryPage): Promise<ModelInfo[]> =>
  db.query(latestOfEachName('model', MODEL_COLUMNS), [page.after ?? '', page.limit]);

export interface VersionsPage {
  name: string;
  limit: number;
  /** Id of the last one of the page before. */
  after?: number;
}

/** All versions of a name, the latest first. */
export const datasetVersionsPage = (db: Tx, page: VersionsPage): Promise<DatasetInfo[]> =>
  db.query(versionsOf('dataset', DATASET_COLUMNS), [page.name, page.after ?? null, page.limit]);

export const modelVersionsPage = (db: Tx, page: VersionsPage): Promise<ModelInfo[]> =>
  db.query(versionsOf('model', MODEL_COLUMNS), [page.name, page.after ?? null, page.limit]);

export async function countVersions(db: Tx, table: 'dataset' | 'model', name: string): Promise<number> {
  const [row] = await db.query<{ count: number }>(`SELECT count(*) AS count FROM ${table} WHERE name = $1`, [name]);
  return row!.count;
}

export async function countNames(db: Tx, table: 'dataset' | 'model'): Promise<number> {
  const [row] = await db.query<{ count: number }>(`SELECT count(DISTINCT name) AS count FROM ${table}`);
  return row!.count;
}

/** Versions by name and digest, in no order; unknown ones are missing. */
export const datasetVersions = (db: Tx, refs: readonly VersionRef[]): Promise<DatasetInfo[]> =>
  versions(db, 'dataset', DATASET_COLUMNS, refs);

export const modelVersions = (db: Tx, refs: readonly VersionRef[]): Promise<ModelInfo[]> =>
  versions(db, 'model', MODEL_COLUMNS, refs);

const latestOfEachName = (table: string, columns: string): string =>
  `SELECT latest.* FROM (SELECT DISTINCT name FROM ${table} WHERE name > $1 ORDER BY name LIMIT $2) names
    CROSS JOIN LATERAL (SELECT ${columns} FROM ${table} t WHERE t.name = names.name ORDER BY registered_at DESC, id DESC LIMIT 1) latest
    ORDER BY latest.name`;

const versionsOf = (table: string, columns: string): string =>
  `SELECT ${columns} FROM ${table} WHERE name = $1
      AND ($2::bigint IS NULL OR (registered_at, id) < (SELECT registered_at, id FROM ${table} WHERE id = $2))
    ORDER BY registered_at DESC, id DESC LIMIT $3`;

function versions<T>(db: Tx, table: string, columns: string, refs: readonly VersionRef[]): Promise<T[]> {
  return db.query(`SELECT ${columns} FROM ${table} WHERE (name, digest) IN (SELECT * FROM unnest($1::text[], $2::bytea[]))`, [
    refs.map((ref) => ref.name),
    byteas(refs.map((ref) => ref.digest)),
  ]);
}
