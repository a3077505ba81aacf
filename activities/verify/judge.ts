import type { NewVerification } from '../../engine/lineage/verifications.ts';
import type { Determinism } from '../../engine/plan/define-step.ts';
import type { Digest } from '../../engine/plan/digest.ts';

/** Holds what was made again against what is stored and what the step's author promised. `difference` is asked for only where a tolerance is
 *  declared. A stochastic step promises no content, so whatever it makes is within its tolerance. */
export async function judge(
  determinism: Determinism,
  thing: { key: Digest; expected: Digest; found: Digest },
  difference: () => Promise<number>,
): Promise<NewVerification> {
  const { expected, found } = thing;
  const verdict = (outcome: NewVerification['outcome'], by: number | null): NewVerification => ({
    ...thing,
    outcome,
    difference: by !== null && Number.isFinite(by) ? by : null,
    reason: null,
  });
  if (found === expected) return verdict('match', 0);
  if (determinism === 'stochastic') return verdict('within-tolerance', null);
  if (determinism === 'bitwise') return verdict('mismatch', null);
  const by = await difference();
  return verdict(by <= determinism.tolerance ? 'within-tolerance' : 'mismatch', by);
}

/** What could not be made again. */
export const notMade = (key: Digest, expected: Digest, reason: string): NewVerification => ({
  key,
  outcome: 'mismatch',
  difference: null,
  expected,
  found: null,
  reason: reason.slice(0, 2_000),
});

/** As a step declares it. */
export const determinismText = (determinism: Determinism): string =>
  typeof determinism === 'string' ? determinism : `tolerance(${determinism.tolerance})`;
