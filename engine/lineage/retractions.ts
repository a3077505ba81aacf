import type { Digest } from '../plan/digest.ts';
import { bytea, byteas } from './column-values.ts';
import type { Tx } from './db.ts';
import type { Visibility } from './visibility.ts';

export type RetractionKind = 'sample' | 'model' | 'dataset' | 'prompt';

/** What is retracted. */
export interface RetractedThing {
  kind: RetractionKind;
  /** Of a sample its key, of a model or dataset its digest, of a prompt the SHA-256 of its text. */
  key: Digest;
  /** A model's or dataset's name; the text of a prompt, its first 20,000 characters; null for a sample. */
  name: string | null;
}

/** A mark on something that may not be used any more. */
export interface RetractionRow extends RetractedThing {
  id: number;
  reason: string;
  /** Name of the token. */
  retractedBy: string | null;
  at: Date;
  /** The only project for which it holds; null: for all. */
  project: string | null;
}

const COLUMNS = `r.id, r.kind, r.key, r.name, r.reason, r.retracted_by AS "retractedBy", r.at, p.name AS project`;
const FROM = 'FROM retraction r LEFT JOIN project p ON p.id = r.project_id';

/** SQL: the mark `r` stands, and holds for the project named by parameter `$n`. */
const HOLDS = (n: number): string =>
  `r.withdrawn_at IS NULL AND (r.project_id IS NULL OR r.project_id = (SELECT id FROM project WHERE name = $${n}))`;

/** The mark on a thing that holds for a project, or null. */
export async function findRetraction(db: Tx, kind: RetractionKind, key: Digest, project: string): Promise<RetractionRow | null> {
  const [row] = await db.query<RetractionRow>(
    `SELECT ${COLUMNS} ${FROM} WHERE r.kind = $1 AND r.key = $2 AND ${HOLDS(3)} ORDER BY r.project_id NULLS FIRST LIMIT 1`,
    [kind, bytea(key), project],
  );
  return row ?? null;
}

/** Keys of the samples that no plan of a project hands on any more: retracted themselves, or for what they say. */
export async function retractedSamples(db: Tx, project: string): Promise<Set<Digest>> {
  const marks = await db.query<RetractedThing>(
    `SELECT r.kind, r.key, r.name FROM retraction r WHERE r.kind IN ('sample', 'prompt') AND ${HOLDS(1)}`,
    [project],
  );
  const found = new Set<Digest>();
  for (const mark of marks) {
    if (mark.kind === 'sample') found.add(mark.key);
    else for (const { key } of await samplesSaying(db, mark)) found.add(key);
  }
  return found;
}

const SAYS = `sha256(convert_to(s.text, 'UTF8')) = $1`;

/** The samples that say exactly what a prompt says. The text index knows the same 20,000 characters and finds the candidates; of a prompt
 *  without a word that it knows, all texts of its length are looked at. Two statements, so that the first never has a plan that suits both. */
export async function samplesSaying(
  db: Tx,
  prompt: Pick<RetractedThing, 'key' | 'name'>,
): Promise<{ id: number; key: Digest }[]> {
  const text = prompt.name ?? '';
  const bytes = Buffer.byteLength(text);
  const words = `plainto_tsquery('simple', $2)`;
  const found = await db.query<{ id: number; key: Digest }>(
    `SELECT s.id, s.key FROM sample s
      WHERE s.text IS NOT NULL AND to_tsvector('simple', left(s.text, 20000)) @@ ${words} AND ${SAYS} ORDER BY s.key`,
    [bytea(prompt.key), text],
  );
  if (found.length > 0) return found;
  return db.query(
    `SELECT s.id, s.key FROM sample s
      WHERE numnode(${words}) = 0 AND s.text IS NOT NULL AND octet_length(s.text) >= $3 AND octet_length(s.text) <= $4 AND ${SAYS} ORDER BY s.key`,
    [bytea(prompt.key), text, bytes, text.length < 20_000 ? bytes : 2 ** 31 - 1],
  );
}

/** The marks on samples that a viewer may know of, on themselves or on what they say, by sample key. */
export async function retractionsOf(
  db: Tx,
  keys: readonly Digest[],
  visibility: Visibility,
): Promise<ReadonlyMap<Digest, RetractionRow>> {
  const rows = await db.query<RetractionRow & { sampleKey: Digest }>(
    `WITH marked AS (
       SELECT s.key, r.id FROM sample s JOIN retraction r ON r.kind = 'sample' AND r.key = s.key WHERE s.key = ANY ($1::bytea[])
       UNION ALL
       SELECT s.key, r.id FROM sample s JOIN retraction r ON r.kind = 'prompt' AND r.key = sha256(convert_to(s.text, 'UTF8'))
        WHERE s.key = ANY ($1::bytea[]) AND s.text IS NOT NULL
     )
     SELECT DISTINCT ON (m.key) m.key AS "sampleKey", ${COLUMNS} ${FROM} JOIN marked m ON m.id = r.id
      WHERE r.withdrawn_at IS NULL AND ($2::bigint IS NULL OR r.project_id IS NULL OR r.project_id = $2) ORDER BY m.key, r.id`,
    [byteas(keys), visibility],
  );
  return new Map(rows.map(({ sampleKey, ...row }) => [sampleKey, row]));
}
