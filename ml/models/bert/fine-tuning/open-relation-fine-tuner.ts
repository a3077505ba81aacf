import { HoplineError } from '../../../../engine/plan/errors.ts';
import { loadCheckpoint, openTrainer, saveCheckpoint, warmupLinear } from '../../../nn/index.ts';
import { type EpochTrainer, runEpoch } from '../../epoch-trainer.ts';
import { seedBytes } from '../../seed-random.ts';
import { openTokenizer, requireVocabulary } from '../../tokenizer/index.ts';
import { missingTensor } from '../../torch-weights/read-torch-weights.ts';
import { longestText, readBertConfig } from '../bert-config.ts';
import { readBertWeights } from '../open-safetensors-bert.ts';
import { type MarkedPair, markedText } from './marked-text.ts';
import { type LabelledText, relationBatches } from './relation-batches.ts';
import { CLASSIFIER, relationTraining } from './relation-training.ts';

export interface LabelledPair extends MarkedPair {
  /** 0 .. classes - 1 */
  readonly label: number;
}

export interface RelationFineTunerOptions {
  /** Texts to train on. */
  readonly pairs: readonly LabelledPair[];
  readonly classes: number;
  /** Of the schedule: a linear warm-up over the first tenth of all steps, then straight down to 0. Default 6. */
  readonly epochs?: number;
  /** Steps of an epoch, which is one checkpoint. Default 50. */
  readonly stepsPerEpoch?: number;
  /** Texts of a step. Default 16. */
  readonly batch?: number;
  /** Tokens of a text. Default 64, or the model's positions. */
  readonly maxLength?: number;
  /** Highest. Default 1e-4: small encoders take more than the 2e-5 of BERT-base. */
  readonly learningRate?: number;
  /** Of the pair's vector. Default 0.1. */
  readonly dropout?: number;
  /** Leave the three embedding tables as they are: half of a small model's numbers and of its checkpoints, and on MNRE as good. Default true. */
  readonly freezeEmbeddings?: boolean;
  /** Threads of onnxruntime. Default 1. */
  readonly threads?: number;
}

/** Trains a BERT of a local folder on to tell the relation of a marked pair. `exportModel` gives the folder's model.safetensors with the trained
 *  numbers under the same names, and the new layer as `classifier.weight` and `classifier.bias`, in float32.
 *  @throws HoplineError MODEL_*, TOKENIZER_*, SAFETENSORS_INVALID, OPTION_INVALID */
export async function openRelationFineTuner(folder: string, options: RelationFineTunerOptions): Promise<EpochTrainer> {
  const { pairs, classes, epochs = 6, stepsPerEpoch = 50, batch = 16, learningRate = 1e-4, threads = 1 } = options;
  const config = await readBertConfig(folder);
  const tokenizer = await openTokenizer(folder);
  requireVocabulary(tokenizer, config.vocabulary, 'config');
  const weights = await readBertWeights(folder);
  const length = options.maxLength ?? Math.min(64, longestText(config));
  requireOptions(options, length, longestText(config));
  const texts = pairs.map((pair): LabelledText => ({ ...markedText(tokenizer, pair, length), label: pair.label }));

  const shape = { classes, batch, length, dropout: options.dropout ?? 0.1, freezeEmbeddings: options.freezeEmbeddings ?? true };
  const trainer = await openTrainer(relationTraining(config, shape), { threads, frozen: weights.tensors });
  const isNew = (name: string): boolean => name.startsWith(`${CLASSIFIER}.`);
  for (const { name } of trainer.parameters) if (!isNew(name) && !weights.tensors[name]) throw missingTensor(name, 'nothing');
  const total = epochs * stepsPerEpoch;
  const schedule = warmupLinear({ peak: learningRate, warmup: Math.ceil(total / 10), total });
  // A layer of another task may lie beside the encoder: it is not ours.
  const encoder = Object.fromEntries(Object.entries(weights.tensors).filter(([name]) => !isNew(name)));
  return {
    epochs,
    init: (seed) => saveCheckpoint(trainer.init(seedBytes(seed), { params: encoder })),
    epoch: (state, epoch, seed) =>
      runEpoch(
        {
          trainer,
          stepsPerEpoch,
          learningRate: schedule,
          batches: (random, steps) => relationBatches(texts, random, steps, config, shape),
        },
        state,
        epoch,
        seed,
      ),
    exportModel(state, metadata) {
      const params = Object.entries(loadCheckpoint(state).state.params);
      const own = Object.fromEntries(params.filter(([name]) => !isNew(name)));
      return weights.write(own, Object.fromEntries(params.filter(([name]) => isNew(name))), metadata);
    },
    close: () => trainer.close(),
  };
}

function requireOptions({ pairs, classes }: RelationFineTunerOptions, length: number, longest: number): void {
  const fail = (rule: string, got: unknown): HoplineError => new HoplineError('OPTION_INVALID', `fineTuning.${rule}, got ${got}`);
  if (pairs.length === 0) throw fail('pairs must have at least one', 'none');
  if (!Number.isInteger(length) || length < 8 || length > longest) throw fail(`maxLength must be from 8 to ${longest}`, length);
  const bad = pairs.find(({ label }) => !Number.isInteger(label) || label < 0 || label >= classes);
  if (bad) throw fail(`pairs.label must be from 0 to ${classes - 1}`, bad.label);
}
