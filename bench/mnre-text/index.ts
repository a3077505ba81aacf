/** `npm run bench -- mnre-text [--model DIR] [--epochs 8] [--steps 50] [--batch 16] [--length 64] [--rate 2e-4] [--train-embeddings]
 *  [--validation 400] [--save FILE] [--state FILE] [--seed 1]`: trains a BERT on the texts of MNRE to tell the relation of a marked pair,
 *  one JSON line an epoch with the loss and the micro-F1 on the first texts of the validation part, and at the end the F1 on all of it and on the
 *  test part. With `--state` it goes on from the last epoch that is in that file. Needs the weights (default $HOPLINE_MINILM) and
 *  $HOPLINE_SHARED/data/mnre. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { confusionMatrix, overallScores } from '../../ml/metrics/index.ts';
import { type LabelledPair, openRelationClassifier, openRelationFineTuner } from '../../ml/models/bert/index.ts';
import { loadCheckpoint } from '../../ml/nn/index.ts';
import { sharedData } from '../../test/shared-data.ts';
import { findMinilmFolder } from './find-minilm-folder.ts';
import { readMnre } from './read-mnre.ts';

const { values } = parseArgs({
  options: {
    model: { type: 'string' },
    epochs: { type: 'string', default: '8' },
    steps: { type: 'string', default: '50' },
    batch: { type: 'string', default: '16' },
    length: { type: 'string', default: '64' },
    rate: { type: 'string', default: '2e-4' },
    threads: { type: 'string', default: '2' },
    validation: { type: 'string', default: '400' },
    'train-embeddings': { type: 'boolean', default: false },
    save: { type: 'string' },
    state: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});
const data = sharedData('mnre');
const folder = values.model ?? findMinilmFolder();
if (data !== null && folder !== undefined) await main(data, folder);

async function main(data: string, folder: string): Promise<void> {
  const { relations, parts } = await readMnre(data);
  const [maxLength, threads, stepsPerEpoch] = [Number(values.length), Number(values.threads), Number(values.steps)];
  const batch = Number(values.batch);
  const tuner = await openRelationFineTuner(folder, {
    pairs: parts.train,
    classes: relations.length,
    epochs: Number(values.epochs),
    stepsPerEpoch,
    batch,
    maxLength,
    threads,
    learningRate: Number(values.rate),
    freezeEmbeddings: !values['train-embeddings'],
  });
  const seed = createHash('sha256').update(`mnre-text/${values.seed}`).digest('hex');
  let state: Uint8Array = values.state && existsSync(values.state) ? await readFile(values.state) : tuner.init(seed);

  const scores = async (pairs: readonly LabelledPair[]): Promise<{ microF1: number; accuracy: number }> => {
    const classifier = await openRelationClassifier(folder, tuner.exportModel(state), { maxLength, threads });
    const logits = await classifier.predict(pairs);
    await classifier.close();
    const rows = pairs.map(({ label }, i) => ({
      gold: relations[label]!,
      predicted: relations[logits[i]!.indexOf(Math.max(...logits[i]!))]!,
    }));
    const { micro, accuracy } = overallScores(confusionMatrix(rows, relations), 'None');
    return { microF1: rounded(micro.f1), accuracy: rounded(accuracy) };
  };

  for (let epoch = loadCheckpoint(state).state.step / stepsPerEpoch; epoch < tuner.epochs; epoch++) {
    const began = performance.now();
    const cpu = process.cpuUsage();
    const result = await tuner.epoch(state, epoch, seed);
    const seconds = (performance.now() - began) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    state = result.state;
    if (values.state) await writeFile(values.state, state);
    const steps = (epoch + 1) * stepsPerEpoch;
    const { microF1 } = await scores(parts.val.slice(0, Number(values.validation)));
    print('mnre-text/loss', result.metrics.loss!, 'nats', {
      steps,
      texts: steps * batch,
      trainAccuracy: rounded(result.metrics.accuracy!),
      validationMicroF1: microF1,
      secondsAStep: rounded(seconds / stepsPerEpoch),
      cpuSecondsAStep: rounded((user + system) / 1e6 / stepsPerEpoch),
    });
  }
  for (const part of ['val', 'test'] as const) {
    const { microF1, accuracy } = await scores(parts[part]);
    print(`mnre-text/${part}/micro-f1`, microF1, 'share', { accuracy, n: parts[part].length });
  }
  if (values.save) await writeFile(values.save, tuner.exportModel(state));
  await tuner.close();
}

function print(name: string, value: number, unit: string, more: Record<string, number>): void {
  process.stdout.write(`${JSON.stringify({ name, value: rounded(value), unit, ...more })}\n`);
}

function rounded(x: number): number {
  return Number(x.toPrecision(4));
}
