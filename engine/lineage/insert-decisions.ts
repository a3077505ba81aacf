import type { DecisionOutput } from '../plan/step-io.ts';
import { storableText } from './column-values.ts';
import type { Tx } from './db.ts';
import { sampleIds } from './find-samples.ts';
import { pagesOf } from './pages.ts';

/** Why each sample was kept or not. */
export async function insertDecisions(tx: Tx, outcomeId: number, decisions: readonly DecisionOutput[]): Promise<void> {
  const samples = await sampleIds(
    tx,
    decisions.map((decision) => decision.sampleKey),
  );
  for (const page of pagesOf(decisions)) {
    await tx.query(
      `INSERT INTO decision (outcome_id, sample_id, kept, rank, threshold, reason)
       SELECT $1, * FROM unnest($2::bigint[], $3::boolean[], $4::int[], $5::float8[], $6::text[])`,
      [
        outcomeId,
        page.map((decision) => samples.get(decision.sampleKey)),
        page.map((decision) => decision.kept),
        page.map((decision) => decision.rank),
        page.map((decision) => decision.threshold ?? null),
        page.map((decision) => storableText(decision.reason)),
      ],
    );
  }
}
