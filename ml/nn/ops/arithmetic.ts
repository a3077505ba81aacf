import { broadcastShape, sumToShape } from '../graph/broadcast.ts';
import type { Value } from '../graph/value.ts';
import { asOperands, type Operand } from './operand.ts';

type BinaryVjp = (gradient: Value, a: Value, b: Value, output: Value) => readonly [() => Value, () => Value];

/** An elementwise op of two operands with broadcasting. Each side's gradient is only built where one is wanted. */
function binary(op: string, x: Operand, y: Operand, vjp: BinaryVjp): Value {
  const [a, b] = asOperands(op, x, y);
  const output = a.graph.emit(op, [a, b], broadcastShape(op, a.shape, b.shape), {}, a.dtype);
  return a.graph.record([a, b], output, (gradient) => {
    const [forA, forB] = vjp(gradient, a, b, output);
    return [a.requiresGrad ? sumToShape(forA(), a.shape) : null, b.requiresGrad ? sumToShape(forB(), b.shape) : null];
  });
}

export const add = (a: Operand, b: Operand): Value => binary('Add', a, b, (d) => [() => d, () => d]);

export const sub = (a: Operand, b: Operand): Value => binary('Sub', a, b, (d) => [() => d, () => neg(d)]);

export const mul = (a: Operand, b: Operand): Value => binary('Mul', a, b, (d, x, y) => [() => mul(d, y), () => mul(d, x)]);

export const div = (a: Operand, b: Operand): Value =>
  binary('Div', a, b, (d, _x, y, output) => [() => div(d, y), () => neg(div(mul(d, output), y))]);

/** Where both are equal the gradient goes to the first. */
export const maximum = (a: Operand, b: Operand): Value =>
  binary('Max', a, b, (d, x, y) => [() => mul(d, indicator('GreaterOrEqual', x, y)), () => mul(d, indicator('Less', x, y))]);

/** Where both are equal the gradient goes to the first. */
export const minimum = (a: Operand, b: Operand): Value =>
  binary('Min', a, b, (d, x, y) => [() => mul(d, indicator('LessOrEqual', x, y)), () => mul(d, indicator('Greater', x, y))]);

export function neg(x: Value): Value {
  return x.graph.record([x], x.graph.emit('Neg', [x], x.shape, {}, x.dtype), (d) => [neg(d)]);
}

export function square(x: Value): Value {
  return x.graph.record([x], x.graph.emit('Mul', [x, x], x.shape), (d) => [mul(d, mul(x, 2))]);
}

function indicator(op: string, a: Value, b: Value): Value {
  const shape = broadcastShape(op, a.shape, b.shape);
  return a.graph.emit('Cast', [a.graph.emit(op, [a, b], shape, {}, 'bool')], shape, { to: 1 });
}
