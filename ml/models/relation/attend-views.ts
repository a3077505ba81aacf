import { add, linear, matmul, max, mul, reshape, type Scope, softmax, sub, sum, type Value } from '../../nn/index.ts';
import { TEXT_WIDTH } from './sizes.ts';

/** The text asks the views: a = softmax(W_q t . W_k u / sqrt(d)), u = sum a_j u_j. Permutation-invariant.
 *  @param text [B, TEXT_WIDTH]
 *  @param views [B, M, TEXT_WIDTH]
 *  @param present [B, M] 0 or 1. Absent views weigh nothing; where none is present u is 0.
 *  @param floor [B, M] least weights of single views, such as 0.25 for the real one. Their sum is at most 1.
 *  @returns [B, TEXT_WIDTH] */
export function attendViews(scope: Scope, text: Value, views: Value, present: Value, floor?: Value): Value {
  const [batch, count] = [views.dim(0), views.dim(1)];
  const query = reshape(linear(scope.child('query'), text, TEXT_WIDTH, { bias: false }), [batch, 1, TEXT_WIDTH]);
  const keys = linear(scope.child('key'), views, TEXT_WIDTH, { bias: false });
  const scores = mul(matmul(query, keys, { transposeB: true }), 1 / Math.sqrt(TEXT_WIDTH));
  const free = softmax(add(scores, reshape(mul(sub(present, 1), 1e9), [batch, 1, count])));
  const weights = floor ? withFloor(free, reshape(floor, [batch, 1, count])) : free;
  const seen = reshape(matmul(weights, views), [batch, TEXT_WIDTH]);
  return mul(seen, max(present, [-1], true));
}

const withFloor = (weights: Value, floor: Value): Value => add(mul(weights, sub(1, sum(floor, [-1], true))), floor);
