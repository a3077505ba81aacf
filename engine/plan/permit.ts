import type { Digest } from './digest.ts';

/** Room that is asked for under limits which all workers of a database share. */
export interface PermitAsk {
  /** Whoever names the same key shares: the digest of what is limited. */
  key: Digest;
  /** Permits that may be out at a time. */
  concurrency: number;
  /** How many units of a kind a minute may take, evenly spaced: `{ requests: 60, tokens: 90_000 }`. Default: no limit. */
  perMinute?: Readonly<Record<string, number>>;
  /** Units that this one is expected to take. Default 1 of each kind. */
  cost?: Readonly<Record<string, number>>;
  /** After so long it is given to others, whatever has become of its holder. Seconds. */
  seconds: number;
}

/** How a permit ended. */
export interface PermitEnd {
  /** What it took after all, where that is not what was expected. */
  used?: Readonly<Record<string, number>>;
  /** Nobody who shares is let through for so long: a server asked for it. Seconds. */
  pause?: number;
}

export interface Permit {
  /** Gives it back. Safe to call twice: the first call counts. */
  release(end?: PermitEnd): void;
}
