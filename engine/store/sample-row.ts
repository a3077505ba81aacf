import type { SampleMedium } from '../plan/define-step.ts';
import type { Digest } from '../plan/digest.ts';
import type { ParentRef } from '../plan/keys.ts';
import type { Seed } from '../plan/seeds.ts';

/** One row of a sample shard. Of `text`, `image` and `features` the one that `medium` names is present. */
export interface SampleRow {
  key: Digest;
  contentDigest: Digest;
  medium: SampleMedium;
  text: string | null;
  /** PNG, JPEG or WebP bytes. */
  image: Uint8Array | null;
  features: Float32Array | null;
  /** Canonical JSON. */
  meta: string;
  chain: number;
  depth: number;
  hop: number;
  rootKey: Digest;
  seed: Seed | null;
  parents: ParentRef[];
}

export type SampleColumn = keyof SampleRow;

/** One row of a score shard. */
export interface ScoreRow {
  key: Digest;
  /** The scored sample. */
  sampleKey: Digest;
  loss: number;
  values: Record<string, number>;
}
