import type { DecisionOutput, ScoreValue } from '../../../engine/plan/step-io.ts';
import { byInstance } from './by-instance.ts';
import { keepCount } from './keep-count.ts';

export interface RankRule {
  /** Which end of the ranking is kept. `worst` is a control: it must do harm. */
  rule: 'best' | 'worst';
  keep: number;
  keepShare: number | null;
}

/** Ranks the views of each instance by teacher loss, lowest first, ties by key, and keeps one end. Within an instance the label is the
 *  same for all, so this is the order of estimated pointwise mutual information (README.md); across instances it is not,
 *  which is why no view competes with those of another text. */
export function rankByLoss(scores: readonly ScoreValue[], rule: RankRule): DecisionOutput[] {
  return byInstance(scores).flatMap((own) => {
    const ranked = [...own].sort((a, b) => a.loss - b.loss || (a.sampleKey < b.sampleKey ? -1 : 1));
    const count = keepCount(ranked.length, rule);
    const from = rule.rule === 'best' ? 0 : ranked.length - count;
    const threshold = ranked[rule.rule === 'best' ? count - 1 : from]!.loss;
    return ranked.map((score, rank) => {
      const kept = rank >= from && rank < from + count;
      const which = rule.rule === 'best' ? `kept ${count}` : `kept the worst ${count}`;
      const reason = `rank ${rank + 1} of ${ranked.length} for its text by teacher loss ${showLoss(score.loss)} (${which})`;
      return { sampleKey: score.sampleKey, kept, rank, threshold, reason };
    });
  });
}

const showLoss = (loss: number): string => (loss < 0.001 ? loss.toExponential(1) : loss.toFixed(3));
