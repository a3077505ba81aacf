import { FeedError } from '../errors.ts';
import { Graph } from '../graph/graph.ts';
import type { Value } from '../graph/value.ts';
import type { ParameterSpec } from '../layers/scope.ts';
import { encodeModel } from '../onnx/encode-model.ts';
import { elementCount, type TensorMap } from '../tensor.ts';
import { buildStep, type TrainingStep } from './build-step.ts';
import type { Training } from './define-training.ts';
import { carriedKinds, modelNames, scalarNames } from './model-names.ts';

export interface TrainingModel extends Omit<TrainingStep, 'graph'> {
  /** ONNX: one Loop over the steps of a run. Inputs and outputs are named by `modelNames`. */
  readonly bytes: Uint8Array;
}

/** The whole training as one ONNX model. Batches come stacked [run, ...]; parameters and moments go in and come out. */
export function buildTrainingModel(training: Training, frozen: TensorMap = {}): TrainingModel {
  const { graph: step, ...about } = buildStep(training);
  const main = new Graph('training');
  for (const spec of about.frozen)
    main.initializer(modelNames.frozen(spec.name), spec.shape, 'float32', frozenData(spec, frozen));
  const carried = (side: 'before' | 'after'): Value[] =>
    about.slots.flatMap((slot) => carriedKinds.map((kind) => main.reference(modelNames[side](kind, slot.name), slot.shape)));
  const inputs = [
    main.reference(modelNames.steps, [], 'int64'),
    ...training.batch.map((spec) => main.reference(modelNames.batch(spec.name), ['run', ...spec.shape], spec.dtype)),
    ...scalarNames.map((name) => main.reference(modelNames.scalar(name), ['run'])),
    ...carried('before'),
  ];
  const results = [modelNames.loss, ...about.metrics.map(modelNames.metric)].map((name) => main.reference(name, ['run']));
  const outputs = [...carried('after'), ...results];
  main.append({
    op: 'Loop',
    inputs: [modelNames.steps, '', ...carried('before').map(({ name }) => name)],
    outputs: outputs.map(({ name }) => name),
    attributes: { body: { graph: step } },
  });
  return { ...about, bytes: encodeModel(main.describe(outputs, inputs)) };
}

function frozenData(spec: ParameterSpec, frozen: TensorMap): Float32Array {
  const tensor = frozen[spec.name];
  if (tensor?.data instanceof Float32Array && tensor.data.length === elementCount(spec.shape)) return tensor.data;
  const got = tensor ? `[${tensor.shape.join(', ')}]` : 'nothing';
  throw new FeedError(
    `frozen.${spec.name} must be float32 [${spec.shape.join(', ')}], got ${got}`,
    'openTrainer(training, { frozen: params })',
  );
}
