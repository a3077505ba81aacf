import { ShapeError } from '../errors.ts';
import { gradients } from '../graph/gradients.ts';
import { Graph } from '../graph/graph.ts';
import type { Value } from '../graph/value.ts';
import { type ParameterSpec, Scope } from '../layers/scope.ts';
import { encodeModel } from '../onnx/encode-model.ts';
import type { ValueDescription } from '../onnx/model-description.ts';
import { div, minimum } from '../ops/arithmetic.ts';
import { elementCount, type TensorMap } from '../tensor.ts';
import { globalNorm, type Moments, type StepScalars, updateParameter } from './adamw.ts';
import type { Training, ValuesOf } from './define-training.ts';
import { isPack, type ParameterSlot, parameterSlots } from './parameter-slot.ts';

export interface TrainingModel {
  /** ONNX: one Loop whose body is one step. Inputs and outputs are named by `modelNames`. */
  readonly bytes: Uint8Array;
  /** In the order in which the loss asked for them. */
  readonly parameters: readonly ParameterSpec[];
  readonly slots: readonly ParameterSlot[];
  /** Reported for each step besides the loss. */
  readonly metrics: readonly string[];
}

export const scalarNames = ['stepSize', 'epsilon', 'decay'] as const satisfies readonly (keyof StepScalars)[];
const kinds = ['parameter', 'm', 'v'] as const satisfies readonly (keyof Moments)[];

/** Names at the border of the model. */
export const modelNames = {
  batch: (name: string): string => `batch/${name}`,
  scalar: (name: string): string => `step/${name}`,
  before: (kind: keyof Moments, slot: string): string => `before/${kind}/${slot}`,
  after: (kind: keyof Moments, slot: string): string => `after/${kind}/${slot}`,
  metric: (name: string): string => `metric/${name}`,
  frozen: (name: string): string => `frozen/${name}`,
  steps: 'steps',
  loss: 'loss',
};

/** A trained parameter inside the Loop's body. */
const bodyName = (parameter: string): string => `params/${parameter}`;

/** Forward, backward, clipping and AdamW as the body of an ONNX Loop over the steps of a run. */
export function buildTrainingModel(training: Training, frozen: TensorMap = {}): TrainingModel {
  const { optimizer } = training;
  const body = new Graph('step');
  const iteration = body.input('iteration', [], 'int64');
  const condition = body.input('condition', [], 'bool');
  const atStep = (name: string, shape: readonly number[], dtype: ValueDescription['dtype'] = 'float32'): Value =>
    body.emit('Gather', [body.reference(name, ['steps', ...shape], dtype), iteration], shape, { axis: 0 }, dtype);

  const scope = new Scope(body, (spec) => {
    const value = body.reference(spec.trained ? bodyName(spec.name) : modelNames.frozen(spec.name), spec.shape);
    value.requiresGrad = spec.trained;
    return value;
  });
  const batch = Object.fromEntries(
    training.batch.map((spec) => [spec.name, atStep(modelNames.batch(spec.name), spec.shape, spec.dtype)]),
  );
  const { loss, metrics = {} } = training.loss(scope, batch as ValuesOf<readonly []>);
  const trained = scope.parameters.filter(({ spec }) => spec.trained);
  const found = gradients(
    loss,
    trained.map(({ value }) => value),
  );

  const parameters = trained.map(({ spec }) => spec);
  const slots = parameterSlots(parameters, optimizer.decayed);
  const gradientOf = new Map(parameters.map((spec, i) => [spec.name, found[i] as Value]));
  const slotGradients = slots.map((slot) => gatherGradients(body, slot, gradientOf));
  const reported: Record<string, Value> = { ...metrics };
  let clip: Value | undefined;
  if (optimizer.clipNorm !== undefined) {
    const norm = globalNorm(body, slotGradients);
    clip = minimum(div(optimizer.clipNorm, maximumOne(norm)), 1);
    reported.gradientNorm = norm;
  }
  const scalars = Object.fromEntries(scalarNames.map((name) => [name, atStep(modelNames.scalar(name), [])])) as Record<
    keyof StepScalars,
    Value
  >;

  const carriedIn: Value[] = [];
  const carriedOut: Value[] = [];
  slots.forEach((slot, i) => {
    const before = Object.fromEntries(
      kinds.map((kind) => [
        kind,
        body.reference(kind === 'parameter' && !isPack(slot) ? bodyName(slot.name) : `in/${kind}/${slot.name}`, slot.shape),
      ]),
    ) as Record<keyof Moments, Value>;
    const after = updateParameter(optimizer, before, slotGradients[i] as Value, scalars, clip, slot.decayed);
    for (const kind of kinds) {
      carriedIn.push(before[kind]);
      carriedOut.push(after[kind]);
    }
    if (isPack(slot)) scatterParameters(body, slot, before.parameter);
  });

  const scans = [loss, ...Object.values(reported)].map((value, i) => {
    if (value.rank !== 0 || value.dtype !== 'float32') {
      throw new ShapeError(
        'metric',
        `must be a float32 scalar, got ${value.dtype} of rank ${value.rank}`,
        'reduce it with mean(x); cast(x, "float32")',
      );
    }
    return body.alias(value, `out/scan/${i}`);
  });
  const bodyOutputs = [body.alias(condition, 'out/condition'), ...carriedOut, ...scans];
  const step = body.describe(bodyOutputs, [iteration, condition, ...carriedIn]);

  const main = new Graph('training');
  const inputs = [
    main.input(modelNames.steps, [], 'int64'),
    ...training.batch.map((spec) => main.input(modelNames.batch(spec.name), ['run', ...spec.shape], spec.dtype)),
    ...scalarNames.map((name) => main.input(modelNames.scalar(name), ['run'])),
  ];
  for (const { spec } of scope.parameters.filter((parameter) => !parameter.spec.trained)) {
    main.initializer(modelNames.frozen(spec.name), spec.shape, 'float32', frozenData(spec, frozen));
  }
  const carry = (side: 'before' | 'after'): Value[] =>
    slots.flatMap((slot) => kinds.map((kind) => main.reference(modelNames[side](kind, slot.name), slot.shape)));
  const names = Object.keys(reported);
  const results = [modelNames.loss, ...names.map(modelNames.metric)].map((name) => main.reference(name, ['run']));
  const outputs = [...carry('after'), ...results];
  main.append({
    op: 'Loop',
    inputs: [modelNames.steps, '', ...carry('before').map((value) => value.name)],
    outputs: outputs.map((value) => value.name),
    attributes: { body: { graph: step } },
  });
  return { bytes: encodeModel(main.describe(outputs, [...inputs, ...carry('before')])), parameters, slots, metrics: names };
}

/** norm, or a tiny number where it is 0, so that the ratio stays finite. */
const maximumOne = (norm: Value): Value => norm.graph.emit('Max', [norm, norm.graph.scalar(1e-12)], []);

function gatherGradients(body: Graph, slot: ParameterSlot, gradientOf: ReadonlyMap<string, Value>): Value {
  if (!isPack(slot)) return gradientOf.get(slot.name) as Value;
  const flat = slot.members.map((spec) => {
    const gradient = gradientOf.get(spec.name) as Value;
    return spec.shape.length === 1 ? gradient : body.emit('Reshape', [gradient, body.integers([-1])], [elementCount(spec.shape)]);
  });
  return body.emit('Concat', flat, slot.shape, { axis: 0 });
}

/** Feeds the references that the loss was built on from the pack. Goes to the front: the loss comes after it. */
function scatterParameters(body: Graph, slot: ParameterSlot, pack: Value): void {
  const isFlat = (spec: ParameterSpec): boolean => spec.shape.length === 1;
  for (const spec of slot.members.filter((member) => !isFlat(member))) {
    body.prepend({
      op: 'Reshape',
      inputs: [`flat/${spec.name}`, body.integers(spec.shape).name],
      outputs: [bodyName(spec.name)],
      attributes: {},
    });
  }
  const sizes = body.integers(slot.members.map((spec) => elementCount(spec.shape)));
  const parts = slot.members.map((spec) => (isFlat(spec) ? bodyName(spec.name) : `flat/${spec.name}`));
  body.prepend({ op: 'Split', inputs: [pack.name, sizes.name], outputs: parts, attributes: { axis: 0 } });
}

function frozenData(spec: ParameterSpec, frozen: TensorMap): Float32Array {
  const tensor = frozen[spec.name];
  if (!(tensor?.data instanceof Float32Array) || tensor.data.length !== elementCount(spec.shape)) {
    throw new ShapeError(
      `frozen.${spec.name}`,
      `must be float32 [${spec.shape.join(', ')}], got ${tensor ? `[${tensor.shape.join(', ')}]` : 'nothing'}`,
      'openTrainer(training, { frozen: params })',
    );
  }
  return tensor.data;
}
