import type { Digest } from '../engine/plan/digest.ts';
import type { PlanPage } from '../engine/plan/plan-page.ts';

/** Reads plan pages once, and keeps those that were used last: up to `limit` bytes, and always the last one. */
export function keepPages(read: (digest: Digest) => Promise<PlanPage>, limit: number): (digest: Digest) => Promise<PlanPage> {
  const kept = new Map<Digest, Promise<PlanPage>>();
  const sizes = new Map<Digest, number>();
  const forget = (digest: Digest): void => {
    kept.delete(digest);
    sizes.delete(digest);
  };
  const trim = (newest: Digest): void => {
    let bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    for (const oldest of kept.keys()) {
      if (bytes <= limit) return;
      if (oldest === newest || !sizes.has(oldest)) continue;
      bytes -= sizes.get(oldest)!;
      forget(oldest);
    }
  };
  return (digest) => {
    const found = kept.get(digest);
    if (found) {
      kept.delete(digest);
      kept.set(digest, found);
      return found;
    }
    const reading = read(digest);
    kept.set(digest, reading);
    reading.then(
      ({ bytes }) => {
        sizes.set(digest, bytes);
        trim(digest);
      },
      () => forget(digest),
    );
    return reading;
  };
}
