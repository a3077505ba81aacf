import { COLOURS, DESCRIPTIONS, SHAPES } from '../../data/scenes/scene-object.ts';
import {
  add,
  concat,
  gatherRows,
  gelu,
  init,
  linear,
  logSumExp,
  matmul,
  max,
  maximum,
  mul,
  reshape,
  type Scope,
  softmax,
  sqrt,
  square,
  sub,
  transpose,
  type Value,
} from '../../nn/index.ts';
import { PADDED } from './padded-pixels.ts';

/** Windows of 8x8 pixels every 3: 8 a side, 64 a picture. */
export const WINDOW = 8;
export const STRIDE = 3;
export const WINDOWS_A_SIDE = 8;
export const WINDOWS = WINDOWS_A_SIDE ** 2;
/** Width of a window's feature. */
export const FEATURE = 64;
/** Numbers a description: 64 pooled feature, 2 place, 1 best match, 2 spread. The first 67 are one half of a pair's vector. */
export const DESCRIPTION_FEATURES = FEATURE + 5;
export const MENTION_FEATURES = FEATURE + 3;
/** Numbers of a (picture, pair): what teacher and student see. */
export const PAIR_FEATURES = 2 * MENTION_FEATURES;

/** Window features: pixels [B, 30 * 30 * 3] -> [B, 64, 64]. im2col by a constant gather, then two layers. */
export function windowFeatures(scope: Scope, pixels: Value): Value {
  const columns = gatherRows(pixels, scope.constant(windowIndex(), [WINDOWS * WINDOW * WINDOW * 3], 'int32'), 1);
  const windows = reshape(columns, [pixels.shape[0]!, WINDOWS, WINDOW * WINDOW * 3]);
  const hidden = gelu(linear(scope.child('window'), windows, 96, { init: init.xavier }), 'tanh');
  return gelu(linear(scope.child('feature'), hidden, FEATURE, { init: init.xavier }), 'tanh');
}

/** How well each window fits each of the 9 descriptions: features [B, 64, 64] -> [B, 9, 64]. */
export function matches(scope: Scope, features: Value): Value {
  const colours = scope.param('colour.table', [COLOURS.length, FEATURE], init.normal(1));
  const shapes = scope.param('shape.table', [SHAPES.length, FEATURE], init.normal(1));
  const row = (of: (index: number) => number): Value =>
    scope.constant(
      Int32Array.from(DESCRIPTIONS, (_, i) => of(i)),
      [9],
      'int32',
    );
  const mentions = add(
    gatherRows(
      colours,
      row((i) => Math.floor(i / 3)),
      0,
    ),
    gatherRows(
      shapes,
      row((i) => i % 3),
      0,
    ),
  );
  const queries = linear(scope.child('query'), mentions, FEATURE, { bias: false, init: init.xavier });
  const keys = linear(scope.child('key'), features, FEATURE, { bias: false, init: init.xavier });
  return transpose(mul(matmul(keys, queries, { transposeB: true }), 1 / 8), [0, 2, 1]);
}

/** Logit that a description is in the picture: [B, 9, 64] -> [B, 9]. */
export function presence(scope: Scope, match: Value): Value {
  return add(sub(logSumExp(match, -1), Math.log(WINDOWS)), scope.param('presence.bias', [1], init.zeros));
}

/** What is known of each description in a picture: pixels -> [B, 9, 69]. */
export function describeFeatures(scope: Scope, pixels: Value): Value {
  const features = windowFeatures(scope, pixels);
  const match = matches(scope, features);
  const attention = softmax(match);
  const places = scope.constant(windowCentres(), [WINDOWS, 2]);
  const place = matmul(attention, places);
  const variance = sub(matmul(attention, square(places)), square(place));
  const spread = sqrt(maximum(variance, 1e-8));
  const best = max(match, -1, true);
  return concat([mul(matmul(attention, features), 0.5), mul(place, 2), mul(best, 0.25), mul(spread, 2)], -1);
}

/** x, y of each window's centre in [-1, 1], [64, 2]. */
function windowCentres(): Float32Array {
  const at = (index: number): number => (2 * index) / (WINDOWS_A_SIDE - 1) - 1;
  return Float32Array.from({ length: WINDOWS * 2 }, (_, i) => {
    const window = Math.floor(i / 2);
    return i % 2 === 0 ? at(window % WINDOWS_A_SIDE) : at(Math.floor(window / WINDOWS_A_SIDE));
  });
}

/** For each number of each window, where it stands in the padded picture. */
function windowIndex(): Int32Array {
  const index: number[] = [];
  for (let window = 0; window < WINDOWS; window++) {
    const top = Math.floor(window / WINDOWS_A_SIDE) * STRIDE;
    const left = (window % WINDOWS_A_SIDE) * STRIDE;
    for (let dy = 0; dy < WINDOW; dy++) {
      const start = ((top + dy) * PADDED + left) * 3;
      for (let i = 0; i < WINDOW * 3; i++) index.push(start + i);
    }
  }
  return Int32Array.from(index);
}
