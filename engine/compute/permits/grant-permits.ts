import type { PermitAsk, PermitEnd } from '../../plan/permit.ts';

/** What is known of a key. Times in seconds since 1970, by one clock. */
export interface BudgetState {
  now: number;
  /** Permits that are out. */
  out: number;
  /** Nobody goes before. */
  pausedUntil: number;
  /** By unit: when the next one may go. */
  nextAt: Readonly<Record<string, number>>;
}

/** A permit may be given that holds only so much later, so that who waits for the rate need not ask again for each one. Seconds. */
export const HORIZON = 1;

/** A token bucket that holds one token, kept as the time at which it is full again: a virtual schedule (the generic cell rate algorithm, ITU-T
 *  I.371, with no tolerance). What goes is spaced evenly, so no minute, wherever it begins, has more than its number. */
export function grantPermits(
  state: BudgetState,
  asks: readonly PermitAsk[],
): { delays: number[]; nextAt: Record<string, number>; wait: number | null } {
  const { now, pausedUntil } = state;
  const nextAt = { ...state.nextAt };
  const delays: number[] = [];
  for (const { concurrency, perMinute = {}, cost = {} } of asks) {
    if (state.out + delays.length >= concurrency) return { delays, nextAt, wait: null };
    const units = Object.entries(perMinute);
    const start = Math.max(now, pausedUntil, ...units.map(([unit]) => nextAt[unit] ?? 0));
    if (start - now > HORIZON) return { delays, nextAt, wait: start - now - HORIZON };
    for (const [unit, limit] of units) nextAt[unit] = start + ((cost[unit] ?? 1) * 60) / limit;
    delays.push(start - now);
  }
  return { delays, nextAt, wait: null };
}

/** What remains to be said once a permit has ended: what it took more, or less, than was expected, and whether all must wait. */
export function settlePermit(
  { now, pausedUntil, nextAt }: BudgetState,
  { perMinute = {}, cost = {} }: PermitAsk,
  { used = {}, pause = 0 }: PermitEnd,
): Pick<BudgetState, 'pausedUntil' | 'nextAt'> {
  const settled = { ...nextAt };
  for (const [unit, amount] of Object.entries(used)) {
    const limit = perMinute[unit];
    if (limit !== undefined) settled[unit] = (settled[unit] ?? now) + ((amount - (cost[unit] ?? 1)) * 60) / limit;
  }
  return { pausedUntil: pause > 0 ? Math.max(pausedUntil, now + pause) : pausedUntil, nextAt: settled };
}
