import type { Philox } from '../../../engine/plan/philox.ts';
import { RELATIONS } from '../../data/scenes/relation.ts';
import { probabilitiesOf, sampleTopP } from '../sample-logits.ts';
import { PAIRS } from './captioner.ts';

export interface CaptionPlan {
  /** Descriptions, 0..8. */
  head: number;
  tail: number;
  /** Index in RELATIONS. */
  relation: number;
}

/** Draws a pair in proportion to p(say) among those above the threshold (the best one if there is none), then its relation from the
 *  nucleus. say [81] and relation [81, 4] are logits of one picture. */
export function choosePlan(
  say: Float32Array,
  relation: Float32Array,
  random: Philox,
  options: { sayThreshold: number; topP: number },
): CaptionPlan {
  const probability = Float64Array.from(say, (logit, pair) => (pair % 10 === 0 ? 0 : 1 / (1 + Math.exp(-logit))));
  const above = probability.map((p) => (p > options.sayThreshold ? p : 0));
  const pair = above.some((p) => p > 0) ? random.weighted(above) : largest(probability);
  const classes = RELATIONS.length;
  const chosen = sampleTopP(probabilitiesOf(relation, pair * classes, (pair + 1) * classes), options.topP, random.uniform());
  return { head: Math.floor(pair / 9), tail: pair % 9, relation: chosen };
}

function largest(values: Float64Array): number {
  let best = 1;
  for (let i = 0; i < PAIRS; i++) if (values[i]! > values[best]!) best = i;
  return best;
}
