import { HoplineError } from '../../../engine/plan/errors.ts';
import { type Inference, type Model, openInference, type TensorMap, type TensorSpec } from '../../nn/index.ts';
import { elementCount } from '../../nn/tensor.ts';
import { deviceProviders } from '../onnx/index.ts';
import { parametersOf } from './parameters-of.ts';
import { missingTensor, WEIGHTS_FILE } from './read-torch-weights.ts';

/** What onnxruntime takes as one piece of memory: a protobuf message. */
const MOST_BYTES = 2 ** 31 - 1;

export interface TorchInferenceOptions {
  /** Threads inside one op. Default 1. */
  readonly threads?: number;
  /** `cpu` (default), `cuda:0`, `webgpu`. */
  readonly device?: string;
}

/** Opens a graph around the tensors of a checkpoint, after looking whether it has every parameter in its shape.
 *  @throws HoplineError MODEL_TENSOR_MISSING, MODEL_TOO_LARGE, MODEL_DEVICE_FAILED, OPTION_INVALID */
export async function openTorchInference<const I extends readonly TensorSpec[], O extends string>(
  inference: Inference<I, O>,
  tensors: TensorMap,
  { threads = 1, device }: TorchInferenceOptions = {},
): Promise<Model<I, O>> {
  requireParameters(inference as unknown as Inference, tensors);
  const providers = deviceProviders(device);
  return openInference(inference, tensors, { threads, providers }).catch((cause: unknown) => {
    throw new HoplineError(
      'MODEL_DEVICE_FAILED',
      `device ${device ?? 'cpu'} must be able to hold the model, got: ${firstLine(cause)}`,
      {
        cause,
      },
    );
  });
}

function requireParameters(inference: Inference, tensors: TensorMap): void {
  let bytes = 0;
  for (const { name, shape } of parametersOf(inference)) {
    const tensor = tensors[name];
    const wanted = `${name} as float32 [${shape.join(', ')}]`;
    if (!tensor) throw missingTensor(wanted, 'nothing');
    if (!(tensor.data instanceof Float32Array)) throw missingTensor(wanted, tensor.data.constructor.name);
    if (tensor.shape.join() !== shape.join()) throw missingTensor(wanted, `[${tensor.shape.join(', ')}]`);
    bytes += elementCount(shape) * 4;
  }
  if (bytes < MOST_BYTES) return;
  throw new HoplineError('MODEL_TOO_LARGE', `${WEIGHTS_FILE} must be below 2 GB in float32, got ${bytes} bytes`, {
    hint: 'export it to ONNX with external data: onnx/model.onnx is taken first',
  });
}

const firstLine = (cause: unknown): string =>
  String((cause as Error).message)
    .split('\n')[0]!
    .slice(0, 300);
