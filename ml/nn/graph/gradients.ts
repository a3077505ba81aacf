import { ShapeError } from '../errors.ts';
import type { Value } from './value.ts';

/**
 * Reverse-mode differentiation: adds the nodes that compute d(loss)/d(x) for every x of `wrt`, in its order.
 * Walks the tape backwards and sums where a value was used more than once.
 * @throws ShapeError when `loss` isn't a scalar or doesn't depend on some x.
 */
export function gradients(loss: Value, wrt: readonly Value[]): Value[] {
  const graph = loss.graph;
  if (loss.rank !== 0)
    throw new ShapeError('loss', `must be a scalar, got rank ${loss.rank}`, 'reduce it with mean(x) or sum(x)');
  const found = new Map<string, Value>([[loss.name, graph.scalar(1)]]);
  graph.withoutRecording(() => {
    for (const entry of graph.tape.toReversed()) {
      const incoming = entry.outputs.map((output) => found.get(output.name) ?? null);
      if (incoming.every((gradient) => gradient === null)) continue;
      const outgoing = entry.vjp(incoming);
      entry.inputs.forEach((input, i) => {
        const gradient = outgoing[i];
        if (!gradient || !input.requiresGrad) return;
        const sum = found.get(input.name);
        found.set(input.name, sum ? graph.emit('Add', [sum, gradient], input.shape) : gradient);
      });
    }
  });
  return wrt.map((x) => {
    const gradient = found.get(x.name);
    if (!gradient)
      throw new ShapeError(
        'loss',
        `must depend on every parameter, but '${x.name}' is unused`,
        'use scope.frozen for what is not trained',
      );
    return gradient;
  });
}
