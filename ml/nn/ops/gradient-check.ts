import { Philox } from '../../../engine/plan/philox.ts';
import { gradients } from '../graph/gradients.ts';
import { Graph } from '../graph/graph.ts';
import type { Value } from '../graph/value.ts';
import { encodeModel } from '../onnx/encode-model.ts';
import { openSession, type Session, type TypedTensor } from '../session/open-session.ts';
import { elementCount, type Tensor } from '../tensor.ts';
import { mul } from './arithmetic.ts';
import { sum } from './reduce.ts';

/** Inputs of a case. Numbers: a float32 shape, drawn from a standard normal, and differentiated. Tensors: given and constant. */
export type CaseInputs = Record<string, readonly number[] | (TypedTensor & { differentiate?: boolean })>;

export interface GradientCheck {
  /** Largest relative difference between the gradient and finite differences, over all inputs and directions. */
  readonly worst: number;
  /** The input where it was found. */
  readonly at: string;
}

/** Compares the gradients of sum(weights * op(inputs)) with central finite differences along random directions.
 *  The graph runs in float32, its outputs are summed in float64, and the best of several step sizes counts. */
export async function checkGradients(
  inputs: CaseInputs,
  build: (values: Record<string, Value>, graph: Graph) => Value,
): Promise<GradientCheck> {
  const random = new Philox(11n);
  const graph = new Graph('check');
  const feeds: Record<string, TypedTensor> = {};
  const wanted: Value[] = [];
  const values = Object.fromEntries(
    Object.entries(inputs).map(([name, given]) => {
      const tensor = isTensor(given)
        ? given
        : { dtype: 'float32' as const, data: random.fillNormal(new Float32Array(elementCount(given))), shape: given };
      const value = graph.input(name, tensor.shape, tensor.dtype);
      if (!isTensor(given) || given.differentiate) {
        value.requiresGrad = true;
        wanted.push(value);
      }
      feeds[name] = { dtype: tensor.dtype, data: tensor.data, shape: tensor.shape };
      return [name, value];
    }),
  );
  const output = build(values, graph);
  const weights = random.fillNormal(new Float32Array(elementCount(output.shape as number[])));
  const loss = sum(mul(output, graph.constant(weights, output.shape as number[])));
  const found = gradients(loss, wanted).map((gradient, i) => graph.alias(gradient, `gradient/${wanted[i]!.name}`));
  const session = await openSession(encodeModel(graph.describe([graph.alias(output, 'output'), ...found])), { threads: 2 });
  try {
    return await compare(session, feeds, wanted, weights, random);
  } finally {
    await session.close();
  }
}

async function compare(
  session: Session,
  feeds: Record<string, TypedTensor>,
  wanted: readonly Value[],
  weights: Float32Array,
  random: Philox,
): Promise<GradientCheck> {
  const base = await session.run(feeds);
  let worst = { worst: 0, at: '' };
  for (const { name } of wanted) {
    const gradient = base[`gradient/${name}`]!.data as Float32Array;
    for (let direction = 0; direction < 3; direction++) {
      const along = random.fillNormal(new Float32Array(gradient.length));
      const analytic = dot(gradient, along);
      let best = Number.POSITIVE_INFINITY;
      for (const epsilon of [1e-1, 3e-2, 1e-2, 3e-3, 1e-3]) {
        const at = async (distance: number): Promise<Float32Array> =>
          (await session.run({ ...feeds, [name]: moved(feeds[name]!, along, distance) })).output!.data as Float32Array;
        const [ahead, behind] = [await at(epsilon), await at(-epsilon)];
        const numeric =
          dot(
            ahead.map((x, i) => x - behind[i]!),
            weights,
          ) /
          (2 * epsilon);
        const scale = Math.max(Math.abs(analytic), Math.abs(numeric), 0.05 * norm(gradient) * norm(along), 1e-3);
        best = Math.min(best, Math.abs(numeric - analytic) / scale);
      }
      if (best > worst.worst || Number.isNaN(best)) worst = { worst: best, at: name };
    }
  }
  return worst;
}

const isTensor = (given: CaseInputs[string]): given is TypedTensor & { differentiate?: boolean } => 'data' in given;
const dot = (a: Float32Array, b: Float32Array): number => a.reduce((total, x, i) => total + x * b[i]!, 0);
const norm = (a: Float32Array): number => Math.sqrt(dot(a, a));
const moved = (tensor: TypedTensor, along: Float32Array, distance: number): TypedTensor => ({
  ...tensor,
  data: (tensor.data as Float32Array).map((x, i) => x + distance * along[i]!),
});

/** An int32 input. */
export const integerInput = (data: readonly number[], shape: readonly number[] = [data.length]): TypedTensor => ({
  dtype: 'int32',
  data: Int32Array.from(data),
  shape,
});

/** Float32 values that are differentiated, for ops whose domain isn't the whole line. */
export const floatInput = (
  data: readonly number[],
  shape: readonly number[] = [data.length],
): Tensor & { dtype: 'float32'; differentiate: true } => ({
  dtype: 'float32',
  data: Float32Array.from(data),
  shape,
  differentiate: true,
});
