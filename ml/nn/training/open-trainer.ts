import { FeedError, TrainingDiverged } from '../errors.ts';
import type { ParameterSpec } from '../layers/scope.ts';
import { openSession, type SessionOptions, type TypedTensor } from '../session/open-session.ts';
import { dataOfType, elementCount, type TensorData, type TensorMap } from '../tensor.ts';
import { stepScalars } from './adamw.ts';
import { buildTrainingModel } from './build-training-model.ts';
import type { BatchSpec, Training } from './define-training.ts';
import { modelNames, scalarNames } from './model-names.ts';
import { packSlot, unpackSlot } from './parameter-slot.ts';
import { initialState, requireFloats, type Seed, type TrainingState } from './training-state.ts';

export interface TrainerOptions extends SessionOptions {
  /** Values of the parameters that the loss takes by `scope.frozen`. */
  readonly frozen?: TensorMap;
}

export interface TrainingRun<M extends string> {
  readonly state: TrainingState;
  /** Loss of each step, before its update. */
  readonly losses: Float32Array;
  /** The loss's metrics for each step; with clipping also `gradientNorm`, before it is clipped. */
  readonly metrics: { readonly [K in M | 'gradientNorm']: Float32Array };
}

export interface Trainer<B extends readonly BatchSpec[], M extends string> {
  readonly parameters: readonly ParameterSpec[];
  /** A fresh state. `params`: given values, for those names that are in it. */
  init(seed: Seed, options?: { params?: TensorMap }): TrainingState;
  /** As many steps as there are learning rates, in one call of onnxruntime. `batches`: [steps, ...shape] by name.
   *  Leaves `state` as it was. @throws TrainingDiverged when a loss isn't finite. */
  run(
    state: TrainingState,
    batches: { readonly [N in B[number]['name']]: TensorData },
    learningRates: Float32Array,
  ): Promise<TrainingRun<M>>;
  close(): Promise<void>;
}

/** Builds the training graph and opens it in onnxruntime. */
export async function openTrainer<const B extends readonly BatchSpec[], M extends string>(
  training: Training<B, M>,
  { frozen = {}, threads = 1 }: TrainerOptions = {},
): Promise<Trainer<B, M>> {
  const model = buildTrainingModel(training as unknown as Training, frozen);
  const session = await openSession(model.bytes, { threads });
  return {
    parameters: model.parameters,
    init: (seed, { params } = {}) => initialState(model.parameters, seed, params),
    close: () => session.close(),

    async run(state, batches, learningRates) {
      const steps = learningRates.length;
      for (const { name, shape } of model.parameters) {
        for (const kind of ['params', 'm', 'v'] as const) requireFloats(`state.${kind}.${name}`, shape, state[kind][name]);
      }
      const feeds: Record<string, TypedTensor> = {
        [modelNames.steps]: { dtype: 'int64', data: BigInt64Array.of(BigInt(steps)), shape: [] },
      };
      for (const spec of training.batch)
        feeds[modelNames.batch(spec.name)] = stackedBatch(spec, batches as Record<string, TensorData>, steps);
      const scalars = Array.from(learningRates, (rate, i) => stepScalars(training.optimizer, state.step + i + 1, rate));
      for (const name of scalarNames) {
        feeds[modelNames.scalar(name)] = {
          dtype: 'float32',
          data: Float32Array.from(scalars, (step) => step[name]),
          shape: [steps],
        };
      }
      for (const slot of model.slots) {
        const feed = (tensors: TensorMap): TypedTensor => ({
          dtype: 'float32',
          data: packSlot(slot, tensors),
          shape: slot.shape,
        });
        feeds[modelNames.before('parameter', slot.name)] = feed(state.params);
        feeds[modelNames.before('m', slot.name)] = feed(state.m);
        feeds[modelNames.before('v', slot.name)] = feed(state.v);
      }

      const outputs = await session.run(feeds);
      const floats = (name: string): Float32Array => outputs[name]!.data as Float32Array;
      const losses = floats(modelNames.loss);
      const bad = losses.findIndex((loss) => !Number.isFinite(loss));
      if (bad >= 0) throw new TrainingDiverged(state.step + bad + 1, losses[bad] as number);
      const next = { params: {}, m: {}, v: {}, step: state.step + steps };
      for (const slot of model.slots) {
        unpackSlot(slot, floats(modelNames.after('parameter', slot.name)), next.params);
        unpackSlot(slot, floats(modelNames.after('m', slot.name)), next.m);
        unpackSlot(slot, floats(modelNames.after('v', slot.name)), next.v);
      }
      const metrics = Object.fromEntries(model.metrics.map((name) => [name, floats(modelNames.metric(name))]));
      return { state: next, losses, metrics: metrics as TrainingRun<M>['metrics'] };
    },
  };
}

function stackedBatch(spec: BatchSpec, batches: Record<string, TensorData>, steps: number): TypedTensor {
  const data = batches[spec.name];
  const expected = steps * elementCount(spec.shape);
  if (data === undefined || !dataOfType(data, spec.dtype) || data.length !== expected) {
    const got = data === undefined ? 'nothing' : `${data.constructor.name} of ${data.length}`;
    throw new FeedError(
      `batches.${spec.name} must be ${spec.dtype} [${[steps, ...spec.shape].join(', ')}] (${expected} elements), got ${got}`,
    );
  }
  return { dtype: spec.dtype, data, shape: [steps, ...spec.shape] };
}
