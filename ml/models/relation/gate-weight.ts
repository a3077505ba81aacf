/** How far a text determines its label: w = clamp((p - 1/C) / (1 - 1/C), 0, 1) of the out-of-fold p(y|x) of a text-only model.
 *  1: the text says it. 0: no better than chance, so its pictures show random labels. */
export function gateWeight(probability: number, classes: number): number {
  const chance = 1 / classes;
  return Math.min(1, Math.max(0, (probability - chance) / (1 - chance)));
}
