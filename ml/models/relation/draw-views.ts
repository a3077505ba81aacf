import type { Philox } from '../../../engine/plan/philox.ts';

/** View dropout: m of the available views without replacement, m uniform over ceil(available / 2) .. available. */
export function drawViews(random: Philox, available: number): number[] {
  if (available === 0) return [];
  const least = Math.ceil(available / 2);
  const count = least + random.int(available - least + 1);
  return random.shuffle(Array.from({ length: available }, (_, i) => i)).slice(0, count);
}
