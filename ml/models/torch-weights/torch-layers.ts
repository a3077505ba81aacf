import { init, linear, normalizeLayer, type Scope, type Value } from '../../nn/index.ts';

/** torch.nn.Linear: weight[size, in] and bias[size]. */
export const torchLinear = (scope: Scope, x: Value, size: number, bias = true): Value =>
  linear(scope, x, size, { transposed: true, bias });

/** torch.nn.LayerNorm: weight[width] and bias[width]. */
export function torchLayerNorm(scope: Scope, x: Value, epsilon: number): Value {
  const width = x.dim(-1);
  return normalizeLayer(x, scope.param('weight', [width], init.ones), scope.param('bias', [width], init.zeros), epsilon);
}
