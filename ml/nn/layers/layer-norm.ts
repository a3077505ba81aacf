import type { Value } from '../graph/value.ts';
import { normalizeLayer } from '../ops/normalize-layer.ts';
import { init } from './init.ts';
import type { Scope } from './scope.ts';

/** Layer normalisation of the last axis with the parameters gain and bias. */
export function layerNorm(scope: Scope, x: Value, epsilon = 1e-5): Value {
  const width = x.dim(-1);
  return normalizeLayer(x, scope.param('gain', [width], init.ones), scope.param('bias', [width], init.zeros), epsilon);
}
