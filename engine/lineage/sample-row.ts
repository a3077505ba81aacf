import type { Digest } from '../plan/digest.ts';
import type { JsonObject } from '../plan/json.ts';
import type { Coordinates } from '../plan/step-io.ts';
import { anyLength, byteas } from './column-values.ts';
import type { Tx } from './db.ts';
import { type Visibility, visibleSample } from './visibility.ts';

export interface SampleRow extends Coordinates {
  id: number;
  key: Digest;
  /** null when it failed. */
  contentDigest: Digest | null;
  medium: string;
  /** null for real samples and for steps that draw nothing. */
  seed: string | null;
  text: string | null;
  meta: JsonObject;
  /** Payload size. */
  bytes: number;
  artifact: Digest | null;
  row: number | null;
  /** Why there is none. */
  failed: string | null;
  createdAt: Date;
}

const COLUMNS = `s.id, s.key, s.content_digest AS "contentDigest", s.medium, s.root_key AS "rootKey", s.chain, s.depth, s.hop, s.seed, s.text,
  coalesce(s.meta, '{}') AS meta, s.bytes, a.digest AS artifact, s."row", s.failed, s.created_at AS "createdAt"`;

/** Samples by id, in no order. */
export function samplesById(db: Tx, ids: readonly number[]): Promise<SampleRow[]> {
  return db.query(
    `SELECT ${COLUMNS} FROM sample s LEFT JOIN artifact a ON a.id = s.artifact_id WHERE s.id = ANY (${anyLength(1, 'bigint')}::bigint[])`,
    [ids],
  );
}

/** Samples by key, in no order; those that are unknown or another project's are missing. */
export function samplesByKey(db: Tx, keys: readonly Digest[], visibility: Visibility): Promise<SampleRow[]> {
  return db.query(
    `SELECT ${COLUMNS} FROM sample s LEFT JOIN artifact a ON a.id = s.artifact_id
      WHERE s.key = ANY (${anyLength(1, 'bytea')}::bytea[]) AND ${visibleSample('s.id', 2)}`,
    [byteas(keys), visibility],
  );
}
