import type { ModelAdapter, TrialOptions } from '../plan/model-adapter.ts';
import type { ModelTrial } from './device-test.ts';

const DEFAULT_TOLERANCE = 1e-3;

/** Runs the adapter's small batch on a device and on the CPU and compares. Never throws: what goes wrong is a reason. */
export async function tryModel(adapter: ModelAdapter, folder: string, options: TrialOptions): Promise<ModelTrial> {
  const { trialTolerance = DEFAULT_TOLERANCE } = adapter;
  const began = performance.now();
  try {
    const there = await adapter.trial!(folder, options);
    const seconds = (performance.now() - began) / 1000;
    const here = await adapter.trial!(folder, { ...options, device: 'cpu:0' });
    const { difference, place } = largestDifference(there, here);
    const fit = difference <= trialTolerance;
    const reason = fit
      ? null
      : `numbers that differ by ${difference.toPrecision(3)} of their magnitude in ${place} (at most ${trialTolerance})`;
    return { fit, difference, reason, seconds };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { fit: false, difference: Infinity, reason, seconds: (performance.now() - began) / 1000 };
  }
}

/** Of all tensors the largest difference, as a share of the largest magnitude of the CPU's tensor. A number that isn't finite where the
 *  CPU's is, or a tensor that is missing or has another size, is infinitely far. */
function largestDifference(
  there: Record<string, Float32Array>,
  here: Record<string, Float32Array>,
): { difference: number; place: string } {
  let worst = { difference: 0, place: 'nothing' };
  for (const [name, expected] of Object.entries(here)) {
    const found = there[name];
    const difference = found?.length === expected.length ? tensorDifference(found, expected) : Infinity;
    if (difference > worst.difference) worst = { difference, place: name };
  }
  return worst;
}

function tensorDifference(found: Float32Array, expected: Float32Array): number {
  let magnitude = 0;
  let difference = 0;
  for (const [index, value] of expected.entries()) {
    const gap = Object.is(found[index], value) ? 0 : Math.abs(found[index]! - value);
    if (Number.isNaN(gap)) return Infinity;
    difference = Math.max(difference, gap);
    magnitude = Math.max(magnitude, Math.abs(value));
  }
  return difference === 0 ? 0 : difference / Math.max(magnitude, Number.MIN_VALUE);
}
