import { ShapeError } from '../errors.ts';
import { sameShape, showShape } from '../graph/dim.ts';
import type { Value } from '../graph/value.ts';
import { mul, sub } from './arithmetic.ts';
import { reduceLosses } from './cross-entropy.ts';
import { sigmoid } from './sigmoid.ts';

export interface BinaryCrossEntropyOptions {
  /** A weight per element. Mean = sum(weight * loss) / sum(weight). */
  readonly weights?: Value;
  /** Default 'mean'. */
  readonly reduction?: 'mean' | 'sum' | 'none';
}

/** Binary cross-entropy of logits against targets in [0, 1], any shape: softplus(x) - x t; d/dx = sigmoid(x) - t. */
export function binaryCrossEntropy(logits: Value, targets: Value, options: BinaryCrossEntropyOptions = {}): Value {
  const { graph } = logits;
  if (!sameShape(logits.shape, targets.shape)) {
    throw new ShapeError('binaryCrossEntropy', `targets must be ${showShape(logits.shape)}, got ${showShape(targets.shape)}`);
  }
  const soft = graph.emit('Softplus', [logits], logits.shape);
  const losses = graph.emit('Sub', [soft, graph.emit('Mul', [logits, targets], logits.shape)], logits.shape);
  graph.record([logits], losses, (d) => [mul(sub(sigmoid(logits), targets), d)]);
  return reduceLosses(losses, options.weights, options.reduction ?? 'mean');
}
