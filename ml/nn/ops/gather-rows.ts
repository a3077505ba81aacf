import { normalAxis } from '../graph/broadcast.ts';
import type { Value } from '../graph/value.ts';
import { matmul } from './matmul.ts';
import { oneHot } from './one-hot.ts';
import { reshape } from './reshape.ts';
import { transpose } from './transpose.ts';

/** The same positions of `axis` for every example: x[B, T, D], index[K], axis 1 -> [B, K, D]. */
export function gatherRows(x: Value, index: Value, axis: number): Value {
  const { graph } = x;
  const at = normalAxis('gatherRows', x.rank, axis);
  const shape = [...x.shape.slice(0, at), ...index.shape, ...x.shape.slice(at + 1)];
  const output = graph.emit('Gather', [x, index], shape, { axis: at }, x.dtype);
  return graph.record([x], output, (d) => {
    const choice = oneHot(reshape(index, [-1]), x.dim(at));
    const count = choice.shape[0]!;
    const front = [at, ...x.shape.map((_, i) => i).filter((i) => i !== at)];
    const flat = reshape(transpose(reshape(d, x.shape.with(at, count)), front), [count, -1]);
    const summed = matmul(choice, flat, { transposeA: true });
    const back = front.map((_, i) => front.indexOf(i));
    return [
      transpose(
        reshape(
          summed,
          front.map((i) => x.shape[i]!),
        ),
        back,
      ),
    ];
  });
}

/** Positions chosen by each example: x[B, T, D], int index[B, K] -> [B, K, D], as a product with one-hot rows. */
export function takeRows(x: Value, index: Value): Value {
  return matmul(oneHot(index, x.dim(1)), x);
}
