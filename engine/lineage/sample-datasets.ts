import type { Digest } from '../plan/digest.ts';
import { anyLength } from './column-values.ts';
import type { Tx } from './db.ts';
import { bySample } from './sample-scores.ts';

/** Where a real sample stands in a registered dataset. */
export interface SampleDataset {
  name: string;
  digest: Digest;
  index: number;
  rowId: string;
  part: string | null;
  /** What the row says of itself, such as its label. */
  label: string | null;
  reader: string;
}

const A_SAMPLE = 1_000;

/** Rows of datasets by sample, at most 1,000 a sample. Datasets are the instance's; the caller has made sure that the samples are visible. */
export async function sampleDatasets(db: Tx, sampleIds: readonly number[]): Promise<Map<number, SampleDataset[]>> {
  const rows = await db.query<SampleDataset & { sampleId: number }>(
    `SELECT x.id AS "sampleId", d.name, d.digest, d.reader, r.index, r.row_id AS "rowId", r.part, r.meta->>'label' AS label
       FROM unnest(${anyLength(1, 'bigint')}) AS x (id)
       CROSS JOIN LATERAL (
         (SELECT * FROM dataset_row WHERE text_sample_id = x.id LIMIT ${A_SAMPLE}) UNION
         (SELECT * FROM dataset_row WHERE image_sample_id = x.id LIMIT ${A_SAMPLE})) r
       JOIN dataset d ON d.id = r.dataset_id
      ORDER BY d.id, r.index`,
    [sampleIds],
  );
  return bySample(rows);
}
