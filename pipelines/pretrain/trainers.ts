import { sha256 } from '../../engine/plan/digest.ts';
import type { NodeInputs, StepContext } from '../../engine/plan/step-io.ts';
import type { EpochTrainer } from '../../ml/models/epoch-trainer.ts';

/** The models in the order in which they are trained. */
export type PretrainedModel = 'codebook' | 'mini-clip' | 'text-to-image' | 'captioner';

export interface Schedule {
  epochs: number;
  stepsPerEpoch: number;
}

/** Opens the trainer of a model, with the frozen models that it needs taken from the folds before it. Kept warm in the device host. */
export async function openTrainer(
  model: PretrainedModel,
  schedule: Schedule,
  nodes: NodeInputs,
  context: StepContext,
): Promise<EpochTrainer> {
  const { threads } = context;
  const frozen = await frozenModels(model, nodes, context);
  const key = `pretrain/${model}/${JSON.stringify(schedule)}/${Object.values(frozen).map(sha256).join('/')}`;
  return context.warm(key, async () => {
    const models = await import('../../ml/models/index.ts');
    switch (model) {
      case 'codebook':
        return models.openCodebookTrainer({ threads, epochs: schedule.epochs, patches: schedule.stepsPerEpoch });
      case 'mini-clip':
        return models.openMiniClipTrainer({ threads, ...schedule, codebook: frozen.codebook! });
      case 'text-to-image':
        return models.openTextToImageTrainer({ threads, ...schedule, codebook: frozen.codebook! });
      case 'captioner':
        return models.openCaptionerTrainer({ threads, ...schedule, codebook: frozen.codebook!, miniClip: frozen['mini-clip']! });
    }
  });
}

const NEEDS: Record<PretrainedModel, PretrainedModel[]> = {
  codebook: [],
  'mini-clip': ['codebook'],
  'text-to-image': ['codebook'],
  captioner: ['codebook', 'mini-clip'],
};

/** The model files of the folds that a training reads: their last states, in half precision, as they will ship. */
async function frozenModels(
  model: PretrainedModel,
  nodes: NodeInputs,
  context: StepContext,
): Promise<Partial<Record<PretrainedModel, Uint8Array>>> {
  const frozen: Partial<Record<PretrainedModel, Uint8Array>> = {};
  for (const needed of NEEDS[model]) {
    const { bytes } = await nodes.checkpoint(roleOf(needed));
    frozen[needed] = await exportState(needed, bytes, frozen, context);
  }
  return frozen;
}

/** A state in the form that ships: half precision, without the optimizer. */
export async function exportState(
  model: PretrainedModel,
  state: Uint8Array,
  frozen: Partial<Record<PretrainedModel, Uint8Array>>,
  context: Pick<StepContext, 'threads' | 'warm'>,
): Promise<Uint8Array> {
  return context.warm(`pretrain/export/${model}/${sha256(state)}`, async () => {
    const models = await import('../../ml/models/index.ts');
    const { threads } = context;
    const shape = { threads, epochs: 1, stepsPerEpoch: 1 };
    const trainer =
      model === 'codebook'
        ? await models.openCodebookTrainer({ threads, epochs: 1 })
        : model === 'mini-clip'
          ? await models.openMiniClipTrainer({ ...shape, codebook: frozen.codebook! })
          : model === 'text-to-image'
            ? await models.openTextToImageTrainer({ ...shape, codebook: frozen.codebook! })
            : await models.openCaptionerTrainer({ ...shape, codebook: frozen.codebook!, miniClip: frozen['mini-clip']! });
    try {
      return trainer.exportModel(state);
    } finally {
      await trainer.close();
    }
  });
}

/** Input roles are the models' names, with dashes taken out. */
export const roleOf = (model: PretrainedModel): string =>
  model === 'mini-clip' ? 'miniClip' : model === 'text-to-image' ? 'textToImage' : model;
