import type { PermitAsk, PermitEnd } from '../../plan/permit.ts';

export interface Granted {
  /** What `end` takes. */
  id: number;
  /** Seconds until it holds, at most `HORIZON`. */
  delay: number;
}

/** Where limits are kept that several processes share. */
export interface Budget {
  /** Grants as many of these asks as the limits let, the first ones first. All have one key.
   *  @returns what was granted, in the order of the asks, and where that is not all of them, in how many seconds it is worth asking again; null
   *  where that depends on when somebody gives a permit back */
  grant(asks: readonly PermitAsk[]): Promise<{ granted: Granted[]; wait: number | null }>;
  /** A permit is given back. Whoever comes after it has been given to others changes nothing but the units that were used. */
  end(id: number, ask: PermitAsk, end: PermitEnd): Promise<void>;
}
