import type { Philox } from '../../engine/plan/philox.ts';
import type { BatchSpec, Schedule, TensorData, Trainer, TrainingState } from '../nn/index.ts';
import { loadCheckpoint, saveCheckpoint } from '../nn/index.ts';
import { type Seed, seedBytes, seedRandom } from './seed-random.ts';

/** Training as a chain of states, one an epoch: what a fold step of a pipeline drives. */
export interface EpochTrainer {
  /** Of the schedule. */
  readonly epochs: number;
  /** The state before epoch 0: safetensors with parameters, optimizer moments and step. */
  init(seed: Seed): Uint8Array;
  /** One epoch on. A pure function of its arguments: the data of epoch e come from stream e + 1 of the seed. */
  epoch(state: Uint8Array, epoch: number, seed: Seed): Promise<EpochResult>;
  /** The model file (fp16, with `metadata` in its header) of a state. */
  exportModel(state: Uint8Array, metadata?: Record<string, string>): Uint8Array;
  close(): Promise<void>;
}

export interface EpochResult {
  state: Uint8Array;
  /** Means over the epoch. `loss` is always there. */
  metrics: Record<string, number>;
}

/** Batches of some steps, by input name, each [steps, ...shape]. */
export type StackedBatches = Record<string, TensorData>;

export interface EpochPlan<B extends readonly BatchSpec[], M extends string> {
  trainer: Trainer<B, M>;
  stepsPerEpoch: number;
  /** Steps a call of onnxruntime: bounds the memory of the batches. Default 25. */
  stepsPerRun?: number;
  learningRate: Schedule;
  batches(random: Philox, steps: number): Promise<StackedBatches> | StackedBatches;
}

/** The state before epoch 0. `spread`: what the first weights of transformer blocks are multiplied by. Theirs suit widths of 512 and more
 *  (std 0.02); narrow ones learn faster from 3 times that. */
export function initialCheckpoint(
  trainer: { init(seed: ReturnType<typeof seedBytes>): TrainingState },
  seed: Seed,
  spread = 1,
): Uint8Array {
  const state = trainer.init(seedBytes(seed));
  for (const [name, { data }] of Object.entries(state.params)) {
    if (/block\d+\..*\.weight$/.test(name)) for (let i = 0; i < data.length; i++) (data as Float32Array)[i]! *= spread;
  }
  return saveCheckpoint(state);
}

/** Runs one epoch in chunks and averages what the steps report. */
export async function runEpoch<B extends readonly BatchSpec[], M extends string>(
  plan: EpochPlan<B, M>,
  checkpoint: Uint8Array,
  epoch: number,
  seed: Seed,
): Promise<EpochResult> {
  const { trainer, stepsPerEpoch, stepsPerRun = 25, learningRate, batches } = plan;
  const random = seedRandom(seed, epoch + 1);
  let { state } = loadCheckpoint(checkpoint);
  const sums: Record<string, number> = {};
  for (let done = 0; done < stepsPerEpoch; done += stepsPerRun) {
    const steps = Math.min(stepsPerRun, stepsPerEpoch - done);
    const data = (await batches(random, steps)) as Parameters<typeof trainer.run>[1];
    const result = await trainer.run(state, data, learningRate.slice(state.step, steps));
    state = result.state;
    for (const [name, values] of Object.entries<Float32Array>({ loss: result.losses, ...result.metrics })) {
      sums[name] = values.reduce((sum, value) => sum + value, sums[name] ?? 0);
    }
  }
  const metrics = Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / stepsPerEpoch]));
  return { state: saveCheckpoint(state, { rng: { epoch: random.position } }), metrics };
}
