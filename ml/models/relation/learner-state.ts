import { loadCheckpoint, saveCheckpoint, type TensorMap, type TrainingState } from '../../nn/index.ts';

/** One checkpoint of a learner: a training state for each fold (mostly one), and what its reader must know. */
export interface LearnerState {
  /** By fold. A model that saw everything is the only one. */
  states: readonly TrainingState[];
  /** Words about it: labels, how many views it may train on. */
  meta: Record<string, string>;
}

const PARTS = ['params', 'm', 'v'] as const;

/** One safetensors file for all folds: `fold1.text.words.table`. */
export function saveLearner({ states, meta }: LearnerState): Uint8Array {
  const joined = { params: {}, m: {}, v: {} } as Record<(typeof PARTS)[number], TensorMap>;
  for (const [fold, state] of states.entries()) {
    for (const part of PARTS) {
      for (const [name, tensor] of Object.entries(state[part])) joined[part][`fold${fold}.${name}`] = tensor;
    }
  }
  return saveCheckpoint({ ...joined, step: states[0]!.step }, { meta: { ...meta, folds: String(states.length) } });
}

export function loadLearner(bytes: Uint8Array): LearnerState {
  const { state, meta } = loadCheckpoint(bytes);
  const { folds, ...words } = meta;
  const states = Array.from({ length: Number(folds) }, (_, fold) => {
    const own = (tensors: TensorMap): TensorMap => {
      const prefix = `fold${fold}.`;
      return Object.fromEntries(
        Object.entries(tensors).flatMap(([name, tensor]) =>
          name.startsWith(prefix) ? [[name.slice(prefix.length), tensor]] : [],
        ),
      );
    };
    return { params: own(state.params), m: own(state.m), v: own(state.v), step: state.step };
  });
  return { states, meta: words };
}
