import type { Digest } from '../../plan/digest.ts';
import type { PermitAsk, PermitEnd } from '../../plan/permit.ts';
import type { Budget, Granted } from './budget.ts';
import { type BudgetState, grantPermits, settlePermit } from './grant-permits.ts';

interface Entry {
  pausedUntil: number;
  nextAt: Readonly<Record<string, number>>;
  /** When each permit that is out is given to others. */
  expiries: Map<number, number>;
}

/** The limits of one process alone, where there is no database. */
export class MemoryBudget implements Budget {
  readonly #entries = new Map<Digest, Entry>();
  #ids = 0;

  async grant(asks: readonly PermitAsk[]): Promise<{ granted: Granted[]; wait: number | null }> {
    const [first] = asks;
    if (!first) return { granted: [], wait: null };
    const entry = this.#entry(first.key);
    const { now } = this.#state(entry);
    for (const [id, expiry] of entry.expiries) if (expiry <= now) entry.expiries.delete(id);
    const { delays, nextAt, wait } = grantPermits(this.#state(entry), asks);
    entry.nextAt = nextAt;
    const granted = delays.map((delay, index) => {
      const id = ++this.#ids;
      entry.expiries.set(id, now + delay + asks[index]!.seconds);
      return { id, delay };
    });
    return { granted, wait };
  }

  async end(id: number, ask: PermitAsk, end: PermitEnd): Promise<void> {
    const entry = this.#entry(ask.key);
    entry.expiries.delete(id);
    Object.assign(entry, settlePermit(this.#state(entry), ask, end));
  }

  #state({ pausedUntil, nextAt, expiries }: Entry): BudgetState {
    return { now: Date.now() / 1000, out: expiries.size, pausedUntil, nextAt };
  }

  #entry(key: Digest): Entry {
    const entry = this.#entries.get(key) ?? { pausedUntil: 0, nextAt: {}, expiries: new Map() };
    this.#entries.set(key, entry);
    return entry;
  }
}
