import type { Digest } from '../plan/digest.ts';
import type { JsonObject } from '../plan/json.ts';
import { byteas } from './column-values.ts';
import type { Tx } from './db.ts';
import { pagesOf } from './pages.ts';

/** What is stored under a key. */
export interface CommittedContent {
  content: Digest;
  artifact: Digest;
  /** Row of the artifact; null for the product of a whole node. */
  row: number | null;
  /** Scores only. */
  loss: number | null;
  values: Record<string, number> | null;
  /** Results only. */
  result: JsonObject | null;
}

/** The contents of samples, scores and products of whole nodes, by key. What failed has none. */
export async function committedContents(db: Tx, keys: readonly Digest[]): Promise<Map<Digest, CommittedContent>> {
  const found = new Map<Digest, CommittedContent>();
  for (const page of pagesOf(keys)) {
    const rows = await db.query<CommittedContent & { key: Digest }>(
      `WITH wanted AS MATERIALIZED (SELECT unnest($1::bytea[]) AS key)
       SELECT s.key, s.content_digest AS content, a.digest AS artifact, s."row", NULL::float8 AS loss, NULL::jsonb AS "values", NULL::jsonb AS result
         FROM wanted JOIN sample s USING (key) JOIN artifact a ON a.id = s.artifact_id WHERE s.failed IS NULL
       UNION ALL
       SELECT c.key, c.content_digest, a.digest, c."row", c.loss, c."values", NULL
         FROM wanted JOIN score c USING (key) JOIN artifact a ON a.id = c.artifact_id WHERE c.failed IS NULL
       UNION ALL
       SELECT o.key, o.content_digest, a.digest, NULL, NULL, NULL, o.result
         FROM wanted JOIN outcome o USING (key) JOIN artifact a ON a.id = o.artifact_id`,
      [byteas(page)],
    );
    for (const { key, ...content } of rows) found.set(key, content);
  }
  return found;
}

/** The numbers that a reduction has given, in one order. */
export async function outcomeNumbers(
  db: Tx,
  key: Digest,
): Promise<{ metrics: NumberedMetric[]; predictions: NumberedPrediction[] }> {
  const metrics = await db.query<NumberedMetric>(
    `SELECT m.name, m.slice, m.mode, m.value, m.low, m.high FROM metric m JOIN outcome o ON o.id = m.outcome_id WHERE o.key = decode($1, 'hex')`,
    [key],
  );
  const predictions = await db.query<NumberedPrediction>(
    `SELECT s.key AS "sampleKey", p.mode, p.label, p.log_probabilities AS "logProbabilities"
       FROM prediction p JOIN outcome o ON o.id = p.outcome_id JOIN sample s ON s.id = p.sample_id WHERE o.key = decode($1, 'hex')`,
    [key],
  );
  return { metrics, predictions };
}

export interface NumberedMetric {
  name: string;
  slice: string;
  mode: string | null;
  value: number;
  low: number | null;
  high: number | null;
}

export interface NumberedPrediction {
  sampleKey: Digest;
  mode: string | null;
  label: string;
  logProbabilities: number[];
}
