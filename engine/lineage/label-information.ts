/** One score of a sample whose label is known or not. */
export interface ScoredLabel {
  /** The scorer. */
  node: string;
  loss: number;
  values: Record<string, number> | null;
  label: string | null;
}

/** What a scorer still finds of the label. */
export interface LabelInformation {
  node: string;
  /** Scores that were looked at. */
  scores: number;
  meanLoss: number;
  /** Share whose most likely class is their label; null where the scorer gives no log-probabilities by class. */
  accuracy: number | null;
  /** Bits about the label that the samples hold at least: H(Y) - E[-log2 q(y|x)], the bound of Barber and Agakov 2003 ("The IM Algorithm"), with the
   *  scorer as q and the entropy of the labels that were looked at as H(Y). Below 0 the scorer knows less than the share of the
   *  classes. null where it gives no log-probabilities by class. */
  bits: number | null;
}

/** By scorer, in the order in which they come. */
export function labelInformation(scored: readonly ScoredLabel[]): LabelInformation[] {
  const nodes = [...new Set(scored.map((score) => score.node))];
  return nodes.map((node) => {
    const own = scored.filter((score) => score.node === node);
    return {
      node,
      scores: own.length,
      meanLoss: mean(own.map((score) => score.loss)),
      ...classified(own),
    };
  });
}

/** Natural logarithms come in; bits go out. */
function classified(scores: readonly ScoredLabel[]): Pick<LabelInformation, 'accuracy' | 'bits'> {
  const judged = scores.flatMap(({ label, values }) =>
    label !== null && values && label in values && isDistribution(values) ? [{ label, values }] : [],
  );
  if (judged.length === 0) return { accuracy: null, bits: null };
  const right = judged.filter(({ label, values }) => Object.values(values).every((value) => value <= values[label]!));
  const shares = new Map<string, number>();
  for (const { label } of judged) shares.set(label, (shares.get(label) ?? 0) + 1 / judged.length);
  const entropy = [...shares.values()].reduce((sum, share) => sum - share * Math.log2(share), 0);
  const crossEntropy = mean(judged.map(({ label, values }) => -values[label]! / Math.LN2));
  return { accuracy: right.length / judged.length, bits: entropy - crossEntropy };
}

/** Whether numbers are log-probabilities that add up to one. */
function isDistribution(values: Record<string, number>): boolean {
  const numbers = Object.values(values);
  return numbers.length > 1 && Math.abs(numbers.reduce((sum, value) => sum + Math.exp(value), 0) - 1) < 1e-3;
}

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
