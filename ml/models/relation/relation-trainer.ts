import type { Philox } from '../../../engine/plan/philox.ts';
import { openTrainer, type TensorData, type Training, warmupCosine } from '../../nn/index.ts';
import { outsideFold } from './folds.ts';
import { epochRandom, type LearnerKind, seedBytes } from './learner-seed.ts';
import { loadLearner, saveLearner } from './learner-state.ts';
import { RelationError } from './relation-error.ts';
import { inOrder, type RelationItem } from './relation-item.ts';

export interface LearnerOptions {
  /** Threads of onnxruntime; they don't change results. Default 1. */
  threads?: number;
  /** Size of the label set. */
  classes: number;
  /** All training steps. The learning rate falls along half a cosine over them. */
  steps: number;
  /** Steps of an epoch, which is one checkpoint. The last epoch has what is left. Default 50. */
  stepsPerEpoch?: number;
  /** k: as many models, each trained without its part of the groups, for out-of-fold predictions. Default 1: one model, all items. */
  folds?: number;
  /** Highest learning rate. Default 3e-3. */
  learningRate?: number;
}

export interface RelationTrainer {
  /** Checkpoint before the first step. `seed`: 64 hex characters. `meta` is kept in every later checkpoint. */
  init(seed: string, meta?: Record<string, string>): Uint8Array;
  /** One epoch. Its batches are a function of seed, epoch and items alone, so training goes on bit for bit from any checkpoint. */
  epoch(state: Uint8Array, epoch: number, seed: string, items: readonly RelationItem[]): Promise<EpochResult>;
  close(): Promise<void>;
}

export interface EpochResult {
  state: Uint8Array;
  metrics: { loss: number };
}

export interface LearnerDefinition {
  kind: LearnerKind;
  training: Training;
  draw(items: readonly RelationItem[], random: Philox, steps: number): Record<string, TensorData>;
}

const WARMUP = 20;

export const epochsOf = ({ steps, stepsPerEpoch = 50 }: Pick<LearnerOptions, 'steps' | 'stepsPerEpoch'>): number =>
  Math.ceil(steps / stepsPerEpoch);

/** An epoch-wise trainer of a learner, or of its k folds one after the other. */
export async function openRelationTrainer(definition: LearnerDefinition, options: LearnerOptions): Promise<RelationTrainer> {
  const { threads = 1, steps, stepsPerEpoch = 50, folds = 1, learningRate = 3e-3 } = options;
  const trainer = await openTrainer(definition.training, { threads });
  const rate = warmupCosine({ peak: learningRate, warmup: Math.min(WARMUP, steps), total: steps });
  return {
    init(seed, meta = {}) {
      const state = trainer.init(seedBytes(seed));
      return saveLearner({ states: Array.from({ length: folds }, () => state), meta });
    },
    async epoch(bytes, epoch, seed, items) {
      if (items.length === 0) throw new RelationError('ITEMS_EMPTY', `${definition.kind}.items must have at least one, got none`);
      const { states, meta } = loadLearner(bytes);
      const ordered = inOrder(items);
      const count = Math.min(stepsPerEpoch, steps - epoch * stepsPerEpoch);
      const runs = [];
      for (const [fold, state] of states.entries()) {
        const batches = definition.draw(
          outsideFold(ordered, fold, folds),
          epochRandom(seed, definition.kind, epoch, fold),
          count,
        );
        runs.push(await trainer.run(state, batches, rate.slice(epoch * stepsPerEpoch, count)));
      }
      const losses = runs.flatMap((run) => [...run.losses]);
      const loss = losses.reduce((sum, value) => sum + value, 0) / losses.length;
      return { state: saveLearner({ states: runs.map((run) => run.state), meta }), metrics: { loss } };
    },
    close: () => trainer.close(),
  };
}
