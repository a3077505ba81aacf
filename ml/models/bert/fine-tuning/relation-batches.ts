import type { Philox } from '../../../../engine/plan/philox.ts';
import { dropoutMask } from '../../../nn/index.ts';
import type { StackedBatches } from '../../epoch-trainer.ts';
import { drawOrder } from '../../relation/draw-order.ts';
import type { BertConfig } from '../bert-config.ts';
import { tokenBatch } from '../token-batch.ts';
import type { MarkedText } from './marked-text.ts';
import type { RelationShape } from './relation-training.ts';

/** A text with its class. */
export interface LabelledText extends MarkedText {
  readonly label: number;
}

/** Batches of some steps, stacked [steps, ...]: a random order of all texts after another, and what is dropped of each pair. */
export function relationBatches(
  texts: readonly LabelledText[],
  random: Philox,
  steps: number,
  config: BertConfig,
  { batch, length, dropout }: RelationShape,
): StackedBatches {
  const chosen = Array.from(drawOrder(random, texts.length, steps * batch), (at) => texts[at]!);
  const { ids, keep, types, positions } = tokenBatch(
    chosen.map((text) => text.ids),
    config,
    { length },
  );
  const everyStep = new Int32Array(steps * length);
  for (let step = 0; step < steps; step++) everyStep.set(positions, step * length);
  return {
    ids,
    keep,
    types,
    positions: everyStep,
    marks: Int32Array.from(chosen.flatMap((text) => text.marks)),
    labels: Int32Array.from(chosen, (text) => text.label),
    kept: dropoutMask(random, chosen.length * 2 * config.width, dropout),
  };
}
