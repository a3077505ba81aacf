import { createHash } from 'node:crypto';
import { Philox } from '../../../engine/plan/philox.ts';
import type { Inference, TensorMap } from '../../nn/index.ts';
import { elementCount } from '../../nn/tensor.ts';
import { parametersOf } from './parameters-of.ts';

/** Random numbers for every parameter of a graph, each from a stream named after it: lively enough that no part of the graph can be left out
 *  unseen. LayerNorm's weights lie around 1. */
export function randomTensors(inference: Inference, seed = 1n): TensorMap {
  return Object.fromEntries(
    parametersOf(inference).map(({ name, shape }) => {
      const random = new Philox(seed, createHash('sha256').update(name).digest().readBigUInt64LE(0));
      const [std, mean] =
        shape.length > 1 ? [1.5 / Math.sqrt(shape.at(-1)!), 0] : [0.2, /norm\d?\.weight|layrnorm\.weight/i.test(name) ? 1 : 0];
      return [name, { data: random.fillNormal(new Float32Array(elementCount(shape)), std, mean), shape }];
    }),
  );
}
