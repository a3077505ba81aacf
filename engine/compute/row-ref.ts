import type { Digest } from '../plan/digest.ts';
import type { Coordinates } from '../plan/step-io.ts';

/** Where the bytes of a sample or score lie: a row of a Parquet shard in the store. */
export interface RowRef extends Coordinates {
  key: Digest;
  artifact: Digest;
  row: number;
}

/** Scores name the sample that they judge. */
export interface ScoreRef extends RowRef {
  sampleKey: Digest;
}
