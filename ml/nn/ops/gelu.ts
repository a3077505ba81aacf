import type { Value } from '../graph/value.ts';
import { add, mul, sub } from './arithmetic.ts';

/** `erf`: the definition. `tanh`: within 1e-3 of it. `quick`: within 2e-2 of it and the cheapest to train. */
export type GeluForm = 'erf' | 'tanh' | 'quick';

/** Gaussian error linear unit x * Phi(x), elementwise. Hendrycks and Gimpel 2016. Default: the tanh form. */
export function gelu(x: Value, form: GeluForm = 'tanh'): Value {
  return x.graph.record(...formOf[form](x));
}

type Recorded = [inputs: readonly Value[], output: Value, vjp: (gradient: Value) => readonly Value[]];

/** The primitives stay off the tape: each form has a shorter gradient than its parts would give. */
const formOf: Record<GeluForm, (x: Value) => Recorded> = {
  erf: (x) => {
    const graph = x.graph;
    const phi = graph.withoutRecording(() => mul(add(graph.emit('Erf', [mul(x, Math.SQRT1_2)], x.shape), 1), 0.5));
    const y = graph.emit('Mul', [x, phi], x.shape);
    const density = (): Value => mul(graph.emit('Exp', [mul(mul(x, x), -0.5)], x.shape), 1 / Math.sqrt(2 * Math.PI));
    return [[x], y, (d) => [mul(d, add(phi, mul(x, density())))]];
  },
  // 0.5 x (1 + tanh(u)) = x sigmoid(2u), u = sqrt(2/pi) (x + 0.044715 x^3)
  tanh: (x) => {
    const graph = x.graph;
    const c = 2 * Math.sqrt(2 / Math.PI);
    const k = 0.044715 * c;
    const squared = graph.emit('Mul', [x, x], x.shape);
    const s = graph.withoutRecording(() => graph.emit('Sigmoid', [mul(x, add(mul(squared, k), c))], x.shape));
    const y = graph.emit('Mul', [x, s], x.shape);
    return [[x], y, (d) => [mul(d, add(s, mul(mul(y, sub(1, s)), add(mul(squared, 3 * k), c))))]];
  },
  quick: (x) => {
    const graph = x.graph;
    const s = graph.withoutRecording(() => graph.emit('Sigmoid', [mul(x, 1.702)], x.shape));
    const y = graph.emit('Mul', [x, s], x.shape);
    return [[x], y, (d) => [mul(d, add(s, mul(mul(y, 1.702), sub(1, s))))]];
  },
};
