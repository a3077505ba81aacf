import { Graph } from '../graph/graph.ts';
import { Scope } from '../layers/scope.ts';
import { encodeModel } from '../onnx/encode-model.ts';
import type { TensorMap, TensorSpec } from '../tensor.ts';
import { requireFloats } from '../training/training-state.ts';
import type { Inference } from './define-inference.ts';

/** Names at the border of the model: an input, a parameter and an output may be called the same. */
export const inputName = (name: string): string => `inputs/${name}`;
export const outputName = (name: string): string => `outputs/${name}`;

/** The ONNX file of a model, weights included. Parameters of `params` that it doesn't ask for are left out. */
export function buildInferenceModel<const I extends readonly TensorSpec[], O extends string>(
  inference: Inference<I, O>,
  params: TensorMap,
): Uint8Array {
  const graph = new Graph('inference');
  const inputs = Object.fromEntries(
    inference.inputs.map((spec) => [spec.name, graph.input(inputName(spec.name), spec.shape, spec.dtype)]),
  );
  const scope = new Scope(graph, (spec) => {
    const tensor = params[spec.name];
    requireFloats(`params.${spec.name}`, spec.shape, tensor);
    return graph.initializer(`params/${spec.name}`, spec.shape, 'float32', tensor!.data);
  });
  const outputs = inference.forward(scope, inputs as Parameters<typeof inference.forward>[1]);
  return encodeModel(
    graph.describe(Object.entries<(typeof outputs)[O]>(outputs).map(([name, value]) => graph.alias(value, outputName(name)))),
  );
}
