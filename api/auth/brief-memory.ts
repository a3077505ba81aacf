export interface BriefMemoryOptions {
  /** How long an answer is kept. Milliseconds. */
  forMs: number;
  /** How many answers are kept; the oldest goes. */
  most: number;
  /** The time. Milliseconds. Default `Date.now`. */
  now?: () => number;
}

/** Keeps what `load` found for a short while, and asks once for those who ask at the same time. What it did not find (null) or could not
 *  read is not kept: strangers' guesses must not drive out what is known. */
export function briefMemory<V>(options: BriefMemoryOptions): (key: string, load: () => Promise<V | null>) => Promise<V | null> {
  const { forMs, most, now = Date.now } = options;
  const kept = new Map<string, { until: number; answer: Promise<V | null> }>();
  return (key, load) => {
    const known = kept.get(key);
    if (known && known.until > now()) return known.answer;
    const entry = { until: now() + forMs, answer: load() };
    const forget = (): void => void (kept.get(key) === entry && kept.delete(key));
    entry.answer.then((found) => found === null && forget(), forget);
    kept.delete(key);
    kept.set(key, entry);
    if (kept.size > most) kept.delete(kept.keys().next().value!);
    return entry.answer;
  };
}
