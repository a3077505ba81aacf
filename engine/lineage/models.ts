import type { Digest } from '../plan/digest.ts';
import { HoplineError } from '../plan/errors.ts';
import { bytea, byteas, jsonb } from './column-values.ts';
import type { Db, Tx } from './db.ts';
import { refuseCondemned } from './refuse-condemned.ts';

export interface NewModel {
  name: string;
  digest: Digest;
  adapter: string;
  /** Store digests by path inside the model folder. */
  files: Record<string, Digest>;
  /** Where it came from: a folder, a run, a URL. */
  source: string;
  licence?: string;
  /** Bytes, all files. */
  size: number;
  /** A moment before they were put: see `databaseTime`. */
  since?: Date;
}

export interface ModelInfo extends Omit<NewModel, 'licence' | 'since'> {
  id: number;
  licence: string | null;
  registeredAt: Date;
}

export const MODEL_COLUMNS = 'id, name, digest, adapter, files, source, licence, size, registered_at AS "registeredAt"';

/** Registering the same digest again makes it the latest of its name.
 *  @throws OBJECT_CONDEMNED (not permanent) */
export async function registerModel(db: Db, model: NewModel): Promise<ModelInfo & { created: boolean }> {
  return db.transaction(async (tx) => {
    const namings = Object.values(model.files).map((digest) => ({ digest, since: model.since }));
    await refuseCondemned(tx, namings);
    return insertModel(tx, model);
  });
}

async function insertModel(tx: Tx, model: NewModel): Promise<ModelInfo & { created: boolean }> {
  const [row] = await tx.query<ModelInfo & { created: boolean }>(
    `INSERT INTO model (name, digest, adapter, files, source, licence, size) VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (name, digest) DO UPDATE SET registered_at = clock_timestamp() RETURNING ${MODEL_COLUMNS}, xmax = 0 AS created`,
    [model.name, bytea(model.digest), model.adapter, jsonb(model.files), model.source, model.licence, model.size],
  );
  return row!;
}

/** The latest of the name, or the version with this digest. @throws MODEL_MISSING */
export async function findModel(db: Tx, name: string, digest?: Digest): Promise<ModelInfo> {
  const [model] = await db.query<ModelInfo>(
    `SELECT ${MODEL_COLUMNS} FROM model WHERE name = $1 AND ($2::bytea IS NULL OR digest = $2) ORDER BY registered_at DESC, id DESC LIMIT 1`,
    [name, bytea(digest)],
  );
  if (model) return model;
  const known = (await listModels(db)).map((other) => other.name);
  throw new HoplineError('MODEL_MISSING', `model "${name}" must be registered, got: ${known.join(', ') || 'none'}`, {
    hint: `hopline models add ${name} --adapter ADAPTER --from DIR`,
  });
}

/** Which adapter each of these versions was registered with, by `name@digest`; versions that nobody registered are missing. */
export async function modelAdapters(db: Tx, models: readonly { name: string; digest: Digest }[]): Promise<Map<string, string>> {
  if (models.length === 0) return new Map();
  const rows = await db.query<{ name: string; digest: Digest; adapter: string }>(
    `SELECT DISTINCT name, digest, adapter FROM model JOIN unnest($1::text[], $2::bytea[]) AS x (name, digest) USING (name, digest)`,
    [models.map(({ name }) => name), byteas(models.map(({ digest }) => digest))],
  );
  return new Map(rows.map(({ name, digest, adapter }) => [`${name}@${digest}`, adapter]));
}

/** The latest of each name, by name. */
export function listModels(db: Tx): Promise<ModelInfo[]> {
  return db.query(`SELECT DISTINCT ON (name) ${MODEL_COLUMNS} FROM model ORDER BY name, registered_at DESC, id DESC`);
}
