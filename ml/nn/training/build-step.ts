import { ShapeError } from '../errors.ts';
import { gradients } from '../graph/gradients.ts';
import { Graph } from '../graph/graph.ts';
import type { Value } from '../graph/value.ts';
import { type ParameterSpec, Scope } from '../layers/scope.ts';
import type { GraphDescription } from '../onnx/model-description.ts';
import { div, maximum, minimum } from '../ops/arithmetic.ts';
import type { DataType } from '../tensor.ts';
import { type AdamW, globalNorm, type Moments, type StepScalars, updateParameter } from './adamw.ts';
import type { Training, ValuesOf } from './define-training.ts';
import { carriedKinds, modelNames, scalarNames } from './model-names.ts';
import { bodyName, packGradients, unpackParameters } from './pack-parameters.ts';
import { isPack, type ParameterSlot, parameterSlots } from './parameter-slot.ts';

export interface TrainingStep {
  /** Body of a Loop. In: iteration, condition, carried (slot by slot). Out: condition, carried, then loss and metrics. */
  readonly graph: GraphDescription;
  /** In the order in which the loss asked for them. */
  readonly parameters: readonly ParameterSpec[];
  readonly frozen: readonly ParameterSpec[];
  readonly slots: readonly ParameterSlot[];
  /** Reported for each step besides the loss. */
  readonly metrics: readonly string[];
}

/** One step: forward, backward, clipping, AdamW. Reads its batch at the iteration's place from the tensors around the Loop. */
export function buildStep(training: Training): TrainingStep {
  const { optimizer } = training;
  const body = new Graph('step');
  const iteration = body.input('iteration', [], 'int64');
  const condition = body.input('condition', [], 'bool');
  const atStep = (name: string, shape: readonly number[], dtype: DataType = 'float32'): Value =>
    body.emit('Gather', [body.reference(name, ['run', ...shape], dtype), iteration], shape, { axis: 0 }, dtype);

  const scope = new Scope(body, (spec) => {
    const value = body.reference(spec.trained ? bodyName(spec.name) : modelNames.frozen(spec.name), spec.shape);
    value.requiresGrad = spec.trained;
    return value;
  });
  const batch = training.batch.map((spec) => [spec.name, atStep(modelNames.batch(spec.name), spec.shape, spec.dtype)]);
  const { loss, metrics = {} } = training.loss(scope, Object.fromEntries(batch) as ValuesOf<readonly []>);

  const trained = scope.parameters.filter(({ spec }) => spec.trained);
  const found = gradients(
    loss,
    trained.map(({ value }) => value),
  );
  const gradientOf = new Map(trained.map(({ spec }, i) => [spec.name, found[i] as Value]));
  const parameters = trained.map(({ spec }) => spec);
  const slots = parameterSlots(parameters, optimizer.decayed);
  const slotGradients = slots.map((slot) => packGradients(body, slot, gradientOf));

  const norm = optimizer.clipNorm === undefined ? undefined : globalNorm(body, slotGradients);
  const reported: Record<string, Value> = norm ? { ...metrics, gradientNorm: norm } : { ...metrics };
  const scalars = Object.fromEntries(scalarNames.map((name) => [name, atStep(modelNames.scalar(name), [])])) as Record<
    keyof StepScalars,
    Value
  >;
  const carried = updateSlots(body, optimizer, slots, slotGradients, scalars, norm);
  const results = [loss, ...Object.values(reported)].map((value, i) => namedScalar(value, `out/${i}`));
  return {
    graph: body.describe(
      [body.alias(condition, 'out/condition'), ...carried.after, ...results],
      [iteration, condition, ...carried.before],
    ),
    parameters,
    frozen: scope.parameters.map(({ spec }) => spec).filter((spec) => !spec.trained),
    slots,
    metrics: Object.keys(reported),
  };
}

/** The optimizer's nodes for every slot; what goes in and what comes out, in the order of slots and `carriedKinds`. */
function updateSlots(
  body: Graph,
  optimizer: AdamW,
  slots: readonly ParameterSlot[],
  slotGradients: readonly Value[],
  scalars: Record<keyof StepScalars, Value>,
  norm: Value | undefined,
): { before: Value[]; after: Value[] } {
  const clip = norm && minimum(div(optimizer.clipNorm as number, maximum(norm, 1e-12)), 1);
  const before: Value[] = [];
  const after: Value[] = [];
  slots.forEach((slot, i) => {
    const nameOf = (kind: keyof Moments): string =>
      kind === 'parameter' && !isPack(slot) ? bodyName(slot.name) : `in/${kind}/${slot.name}`;
    const moments = Object.fromEntries(carriedKinds.map((kind) => [kind, body.reference(nameOf(kind), slot.shape)])) as Record<
      keyof Moments,
      Value
    >;
    const next = updateParameter(optimizer, moments, slotGradients[i] as Value, scalars, clip, slot.decayed);
    if (isPack(slot)) unpackParameters(body, slot, moments.parameter);
    before.push(...carriedKinds.map((kind) => moments[kind]));
    after.push(...carriedKinds.map((kind) => next[kind]));
  });
  return { before, after };
}

function namedScalar(value: Value, name: string): Value {
  if (value.rank === 0 && value.dtype === 'float32') return value.graph.alias(value, name);
  throw new ShapeError(
    'metric',
    `must be a float32 scalar, got ${value.dtype} of rank ${value.rank}`,
    "mean(x) reduces it, cast(x, 'float32') converts it",
  );
}
