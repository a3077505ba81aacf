import { HoplineError } from '../../../engine/plan/errors.ts';
import { Graph, type Inference, Scope, type TensorMap } from '../../nn/index.ts';
import { elementCount } from '../../nn/tensor.ts';
import { missingTensor, WEIGHTS_FILE } from './read-torch-weights.ts';

/** What onnxruntime takes as one piece of memory: a protobuf message. */
const MOST_BYTES = 2 ** 31 - 1;

/** Looks whether a checkpoint has every parameter that a graph asks for, in its shape.
 *  @throws HoplineError MODEL_TENSOR_MISSING, MODEL_TOO_LARGE */
export function requireParameters(inference: Inference, tensors: TensorMap): void {
  const graph = new Graph('parameters');
  const inputs = Object.fromEntries(inference.inputs.map(({ name, shape, dtype }) => [name, graph.input(name, shape, dtype)]));
  const scope = new Scope(graph, ({ name, shape }) => graph.reference(name, shape));
  inference.forward(scope, inputs as Parameters<typeof inference.forward>[1]);
  let bytes = 0;
  for (const { spec } of scope.parameters) {
    const tensor = tensors[spec.name];
    const wanted = `float32 [${spec.shape.join(', ')}]`;
    if (!tensor) throw missingTensor(`${spec.name} as ${wanted}`, 'nothing');
    if (!(tensor.data instanceof Float32Array)) throw missingTensor(`${spec.name} as ${wanted}`, tensor.data.constructor.name);
    if (tensor.shape.join() !== spec.shape.join())
      throw missingTensor(`${spec.name} as ${wanted}`, `[${tensor.shape.join(', ')}]`);
    bytes += elementCount(spec.shape) * 4;
  }
  if (bytes < MOST_BYTES) return;
  throw new HoplineError('MODEL_TOO_LARGE', `${WEIGHTS_FILE} must be below 2 GB in float32, got ${bytes} bytes`, {
    hint: 'export it to ONNX with external data: onnx/model.onnx is taken first',
  });
}
