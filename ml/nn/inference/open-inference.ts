import { FeedError } from '../errors.ts';
import { openSession, type SessionOptions, type TypedTensor } from '../session/open-session.ts';
import { dataOfType, elementCount, type Tensor, type TensorMap, type TensorSpec } from '../tensor.ts';
import { buildInferenceModel, inputName, outputName } from './build-inference-model.ts';
import type { Inference } from './define-inference.ts';

export interface Model<I extends readonly TensorSpec[], O extends string> {
  run(inputs: { readonly [N in I[number]['name']]: Tensor }): Promise<{ [K in O]: Tensor }>;
  close(): Promise<void>;
}

/** Builds a model around its parameters and opens it in onnxruntime. */
export async function openInference<const I extends readonly TensorSpec[], O extends string>(
  inference: Inference<I, O>,
  params: TensorMap,
  options: SessionOptions = {},
): Promise<Model<I, O>> {
  const session = await openSession(buildInferenceModel(inference, params), options);
  return {
    async run(inputs) {
      const outputs = await session.run(checkedFeeds(inference.inputs, inputs as TensorMap));
      const prefix = outputName('').length;
      return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name.slice(prefix), tensor])) as {
        [K in O]: Tensor;
      };
    },
    close: () => session.close(),
  };
}

function checkedFeeds(specs: readonly TensorSpec[], inputs: TensorMap): Record<string, TypedTensor> {
  const symbols = new Map<string, number>();
  return Object.fromEntries(
    specs.map((spec) => {
      const tensor = inputs[spec.name];
      const fits =
        tensor &&
        dataOfType(tensor.data, spec.dtype) &&
        tensor.shape.length === spec.shape.length &&
        tensor.data.length === elementCount(tensor.shape) &&
        spec.shape.every((dim, i) => {
          const size = tensor.shape[i] as number;
          if (typeof dim === 'number') return dim === size;
          if (!symbols.has(dim)) symbols.set(dim, size);
          return symbols.get(dim) === size;
        });
      if (!fits) {
        const got = tensor
          ? `${tensor.data.constructor.name} of ${tensor.data.length} as [${tensor.shape.join(', ')}]`
          : 'nothing';
        throw new FeedError(`inputs.${spec.name} must be ${spec.dtype} [${spec.shape.join(', ')}], got ${got}`);
      }
      return [inputName(spec.name), { ...tensor, dtype: spec.dtype }];
    }),
  );
}
