import { type DecisionColumns, unpackDecisions } from '../compute/decision-columns.ts';
import { byteas, storableText } from './column-values.ts';
import type { Tx } from './db.ts';
import { sampleIds } from './find-samples.ts';

/** Why each sample was kept or not. @throws SAMPLE_NOT_FOUND */
export async function insertDecisions(tx: Tx, outcomeId: number, decisions: DecisionColumns): Promise<void> {
  for (const page of unpackDecisions(decisions)) {
    const keys = page.map((decision) => decision.sampleKey);
    const [inserted] = await tx.query<{ count: number }>(
      `WITH inserted AS (
         INSERT INTO decision (outcome_id, sample_id, kept, rank, threshold, reason)
         SELECT $1, s.id, x.kept, x.rank, x.threshold, x.reason
           FROM unnest($2::bytea[], $3::boolean[], $4::int[], $5::float8[], $6::text[]) AS x (key, kept, rank, threshold, reason)
           JOIN sample s USING (key) RETURNING 1
       )
       SELECT count(*) AS count FROM inserted`,
      [
        outcomeId,
        byteas(keys),
        page.map((decision) => decision.kept),
        page.map((decision) => decision.rank),
        page.map((decision) => decision.threshold ?? null),
        page.map((decision) => storableText(decision.reason)),
      ],
    );
    // Says which one is missing.
    if (inserted!.count < page.length) await sampleIds(tx, keys);
  }
}
