import { ShapeError } from '../errors.ts';
import { sameShape, showShape } from '../graph/dim.ts';
import type { Value } from '../graph/value.ts';
import { div, maximum, mul, neg } from './arithmetic.ts';
import { cast } from './cast.ts';
import { equal, not } from './compare.ts';
import { exp } from './exp.ts';
import { logSoftmax } from './log-softmax.ts';
import { sum } from './reduce.ts';
import { reshape } from './reshape.ts';
import { where } from './where.ts';

export interface CrossEntropyOptions {
  /** A weight per example, the shape of the labels. Mean = sum(weight * loss) / sum(weight). */
  readonly weights?: Value;
  /** Examples with this label count as weight 0. */
  readonly ignore?: number;
  /** Default 'mean'. 'none' keeps a loss per example. */
  readonly reduction?: 'mean' | 'sum' | 'none';
}

/** -log softmax(logits)[label]: logits [..., C], int labels [...] -> scalar. */
export function crossEntropy(logits: Value, labels: Value, options: CrossEntropyOptions = {}): Value {
  const { weights, ignore, reduction = 'mean' } = options;
  if (!sameShape(logits.shape.slice(0, -1), labels.shape)) {
    throw new ShapeError(
      'crossEntropy',
      `labels must be ${showShape(logits.shape.slice(0, -1))}, got ${showShape(labels.shape)}`,
    );
  }
  const kept = ignore === undefined ? undefined : not(equal(labels, ignore));
  const safe = kept ? where(kept, labels, labels.graph.constant([0], [], labels.dtype)) : labels;
  const losses = negativeLogLikelihood(logits, safe);
  const mask = kept && cast(kept, 'float32');
  return reduceLosses(losses, weights && mask ? mul(weights, mask) : (weights ?? mask), reduction);
}

/** Sum, weighted mean or neither. */
export function reduceLosses(losses: Value, weights: Value | undefined, reduction: 'mean' | 'sum' | 'none'): Value {
  const weighted = weights ? mul(losses, weights) : losses;
  if (reduction === 'none') return weighted;
  if (reduction === 'sum') return sum(weighted);
  if (!weights) return mul(sum(losses), 1 / Number(losses.size));
  return div(sum(weighted), maximum(sum(weights), 1e-12));
}

/** Cross-entropy against a distribution: logits [..., C], probabilities [..., C] -> scalar mean. Knowledge distillation's loss. */
export function softCrossEntropy(logits: Value, probabilities: Value, options: Omit<CrossEntropyOptions, 'ignore'> = {}): Value {
  return reduceLosses(neg(sum(mul(probabilities, logSoftmax(logits)), -1)), options.weights, options.reduction ?? 'mean');
}

/** [..., C], [...] -> [...]. The gradient (softmax - oneHot) d is formed without a one-hot matrix. */
function negativeLogLikelihood(logits: Value, labels: Value): Value {
  const { graph } = logits;
  const classes = logits.shape.at(-1)!;
  const rows = reshape(logits, [-1, classes]);
  const column = [rows.shape[0]!, 1];
  const target = reshape(labels, column);
  const logProbabilities = graph.emit('LogSoftmax', [rows], rows.shape, { axis: -1 });
  const picked = graph.emit('GatherElements', [logProbabilities, target], column, { axis: 1 });
  const output = graph.emit('Neg', [picked], column);
  graph.record([rows], output, (d) => {
    const spread = mul(exp(logProbabilities), d);
    return [graph.emit('ScatterElements', [spread, target, neg(d)], rows.shape, { axis: 1, reduction: 'add' })];
  });
  return reshape(output, labels.shape);
}
