import type { Digest } from '../plan/digest.ts';

/** A version that a run uses instead of the latest one of a name. */
export interface Pin {
  /** Under which it is registered. */
  name: string;
  digest: Digest;
}

/** By the name that the pipeline's declaration says. */
export interface Pins {
  datasets?: Record<string, Pin>;
  models?: Record<string, Pin>;
}
