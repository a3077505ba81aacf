import type { WorkResult } from '../compute/order.ts';
import type { Tx } from './db.ts';
import { sampleIds } from './find-samples.ts';
import { pagesOf } from './pages.ts';

/** Metrics and predictions of a result, linked to the checkpoint that they judge. */
export async function insertMetrics(tx: Tx, outcomeId: number, checkpointId: number | null, result: WorkResult): Promise<void> {
  const { metrics = [], predictions = [] } = result;
  await tx.query(
    `INSERT INTO metric (outcome_id, checkpoint_id, name, slice, mode, value, low, high)
     SELECT $1, $2, * FROM unnest($3::text[], $4::text[], $5::text[], $6::float8[], $7::float8[], $8::float8[])`,
    [
      outcomeId,
      checkpointId,
      metrics.map((metric) => metric.name),
      metrics.map((metric) => metric.slice),
      metrics.map((metric) => metric.mode ?? null),
      metrics.map((metric) => metric.value),
      metrics.map((metric) => metric.low ?? null),
      metrics.map((metric) => metric.high ?? null),
    ],
  );
  const samples = await sampleIds(
    tx,
    predictions.map((prediction) => prediction.sampleKey),
  );
  for (const page of pagesOf(predictions)) {
    await tx.query(
      `INSERT INTO prediction (outcome_id, checkpoint_id, sample_id, mode, label, log_probabilities)
       SELECT $1, $2, sample_id, mode, label, log_probabilities::float8[]
         FROM unnest($3::bigint[], $4::text[], $5::text[], $6::text[]) AS x (sample_id, mode, label, log_probabilities)`,
      [
        outcomeId,
        checkpointId,
        page.map((prediction) => samples.get(prediction.sampleKey)),
        page.map((prediction) => prediction.mode ?? null),
        page.map((prediction) => prediction.label),
        page.map((prediction) => `{${prediction.logProbabilities.join(',')}}`),
      ],
    );
  }
}
