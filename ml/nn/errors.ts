import { HoplineError } from '../../engine/plan/errors.ts';

/** An op was given values that don't fit together. Thrown while the graph is built, never while it runs. */
export class ShapeError extends HoplineError {
  constructor(op: string, rule: string, hint?: string) {
    super('GRAPH_SHAPE', `${op} ${rule}`, hint === undefined ? {} : { hint });
    this.name = 'ShapeError';
  }
}

/** A tensor given to a trainer or a model is missing, unknown, or has the wrong type or size. */
export class FeedError extends HoplineError {
  constructor(message: string, hint?: string) {
    super('TENSOR_MISFIT', message, hint === undefined ? {} : { hint });
    this.name = 'FeedError';
  }
}

/** A loss became NaN or infinite. The state before the run is still whole. */
export class TrainingDiverged extends HoplineError {
  readonly step: number;
  constructor(step: number, loss: number) {
    super('TRAINING_DIVERGED', `loss at step ${step} must be finite, got ${loss}`, {
      hint: 'lower the learning rate, lengthen the warm-up or set clipNorm; check the inputs for NaN',
    });
    this.name = 'TrainingDiverged';
    this.step = step;
  }
}

/** A safetensors file whose header can't be trusted. */
export class SafetensorsError extends HoplineError {
  constructor(message: string, hint?: string) {
    super('SAFETENSORS_INVALID', message, hint === undefined ? {} : { hint });
    this.name = 'SafetensorsError';
  }
}
