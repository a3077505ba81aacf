import { ShapeError } from '../errors.ts';
import { showShape } from '../graph/dim.ts';
import type { Value } from '../graph/value.ts';
import { columnSums } from './affine.ts';
import { mul, sub } from './arithmetic.ts';
import { reshape } from './reshape.ts';

/** Layer normalisation over the last axis: gain (x - mean) / sqrt(variance + epsilon) + bias. Ba, Kiros, Hinton 2016. */
export function normalizeLayer(x: Value, gain: Value, bias: Value, epsilon = 1e-5): Value {
  const { graph } = x;
  const width = x.shape.at(-1)!;
  if (gain.shape.at(-1) !== width || bias.shape.at(-1) !== width || gain.rank !== 1 || bias.rank !== 1) {
    throw new ShapeError(
      'normalizeLayer',
      `gain and bias must be [${width}], got ${showShape(gain.shape)} and ${showShape(bias.shape)}`,
    );
  }
  const rows = reshape(x, [-1, width]);
  const column = [rows.shape[0]!, 1];
  const outputs = [{ shape: rows.shape }, { shape: column }, { shape: column }];
  const [y, center, inverse] = graph.node('LayerNormalization', [rows, gain, bias], outputs, {
    axis: -1,
    epsilon: { float: epsilon },
  });
  graph.record([rows, gain, bias], y!, (d) => {
    const normal = mul(sub(rows, center!), inverse!);
    const weighted = mul(d, normal);
    const inputGradient = (): Value => {
      const share = reshape(mul(gain, 1 / Number(width)), [width, 1]);
      const meanOfGradient = graph.emit('MatMul', [d, share], column);
      const meanOfWeighted = graph.emit('MatMul', [weighted, share], column);
      return mul(sub(sub(mul(d, gain), meanOfGradient), mul(normal, meanOfWeighted)), inverse!);
    };
    return [
      rows.requiresGrad ? inputGradient() : null,
      gain.requiresGrad ? columnSums(weighted) : null,
      bias.requiresGrad ? columnSums(d) : null,
    ];
  });
  return reshape(y!, x.shape);
}
