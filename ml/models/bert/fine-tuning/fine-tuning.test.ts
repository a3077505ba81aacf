import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Philox } from '../../../../engine/plan/philox.ts';
import { floats, loadCheckpoint, openTrainer } from '../../../nn/index.ts';
import { readSafetensors } from '../../../nn/safetensors/read-safetensors.ts';
import { openTokenizer } from '../../tokenizer/index.ts';
import { readBertConfig } from '../bert-config.ts';
import { readBertWeights } from '../open-safetensors-bert.ts';
import { openTextEncoder } from '../open-text-encoder.ts';
import type { TextEncoding } from '../text-model.ts';
import { type TinyBert, writeTinyBert } from '../tiny-bert.fixture.ts';
import { markedText } from './marked-text.ts';
import { openRelationClassifier } from './open-relation-classifier.ts';
import { type LabelledPair, openRelationFineTuner, type RelationFineTunerOptions } from './open-relation-fine-tuner.ts';
import { relationBatches } from './relation-batches.ts';
import { relationTraining } from './relation-training.ts';

const SEED = 'ab'.repeat(32);

function tiny(options: TinyBert = {}): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'tiny-bert-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return writeTinyBert(folder, options);
}

/** The relation is in a word between the two mentions; who is mentioned doesn't matter. */
const verbs = [
  ['works', 'for'],
  ['lives', 'in'],
  ['sat', 'on'],
];
function pairs(count: number, seed: number): LabelledPair[] {
  const random = new Philox(seed);
  return Array.from({ length: count }, () => {
    const [head, tail] = [random.choice(['cat', 'dog', 'bob']), random.choice(['mat', 'paris', 'acme'])];
    const label = random.int(3);
    const words = [...(random.int(2) ? ['the'] : []), head, ...verbs[label]!, tail];
    const at = words.indexOf(head);
    return { words, head: [at, at + 1], tail: [at + 3, at + 4], label };
  });
}

const options: RelationFineTunerOptions = {
  pairs: pairs(200, 1),
  classes: 3,
  epochs: 4,
  stepsPerEpoch: 25,
  batch: 8,
  maxLength: 16,
  learningRate: 1e-2,
};

async function trained(folder: string, changed: Partial<RelationFineTunerOptions> = {}) {
  const tuner = await openRelationFineTuner(folder, { ...options, ...changed });
  try {
    let state = tuner.init(SEED);
    const losses: number[] = [];
    for (let epoch = 0; epoch < tuner.epochs; epoch++) {
      const result = await tuner.epoch(state, epoch, SEED);
      state = result.state;
      losses.push(result.metrics.loss!);
    }
    return { state, losses, model: tuner.exportModel(state, { trainedOn: 'a made-up pool' }) };
  } finally {
    await tuner.close();
  }
}

describe('marked text', () => {
  const words = ['the', 'cat', 'sat', 'on', 'the', 'mat', '.'];
  const read = async (pair: Parameters<typeof markedText>[1], maxLength = 24) => {
    const tokenizer = await openTokenizer(tiny());
    const { ids, marks } = markedText(tokenizer, pair, maxLength);
    const tokens = ids.map((id) => tokenizer.decode([id]));
    return { tokens, marked: marks.map((mark) => tokens[mark]), marks };
  };

  it('puts marks around both mentions', async () => {
    const { tokens, marked, marks } = await read({ words, head: [1, 2], tail: [5, 6] });
    expect(tokens.join(' ')).toBe('[CLS] the @ cat @ sat on the # mat # . [SEP]');
    expect([marked, marks]).toEqual([
      ['@', '#'],
      [2, 8],
    ]);
  });

  it('knows the head from the tail, whichever comes first, also where one lies in the other', async () => {
    const swapped = await read({ words, head: [5, 6], tail: [1, 2] });
    expect([swapped.tokens.join(' '), swapped.marked]).toEqual(['[CLS] the # cat # sat on the @ mat @ . [SEP]', ['@', '#']]);
    const nested = await read({ words, head: [0, 6], tail: [1, 2] });
    expect([nested.tokens.join(' '), nested.marks]).toEqual(['[CLS] @ the # cat # sat on the mat @ . [SEP]', [1, 3]]);
  });

  it('keeps both marks in a text that is cut', async () => {
    const long = [...Array.from({ length: 30 }, () => 'the'), ...words];
    const late = await read({ words: long, head: [31, 32], tail: [35, 36] }, 14);
    expect([late.tokens.length, late.marked]).toEqual([14, ['@', '#']]);
    const far = await read({ words: long, head: [0, 1], tail: [35, 36] }, 14);
    expect([far.tokens.length, far.marks]).toEqual([14, [1, 12]]);
  });

  it('refuses spans outside of the text', async () => {
    await expect(read({ words, head: [6, 8], tail: [0, 1] })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });
});

it('the training graph computes what the encoder computes', async () => {
  const folder = tiny();
  const [config, weights, tokenizer] = [await readBertConfig(folder), await readBertWeights(folder), await openTokenizer(folder)];
  const shape = { classes: 3, batch: 8, length: 16, dropout: 0, freezeEmbeddings: false };
  const texts = pairs(8, 2).map((pair) => ({ ...markedText(tokenizer, pair, 16), label: pair.label }));
  const batches = relationBatches(texts, new Philox(1), 1, config, shape);
  const trainer = await openTrainer(relationTraining(config, shape));
  const state = trainer.init(1, { params: weights.tensors });
  const { losses } = await trainer.run(state, batches as never, Float32Array.of(0));
  await trainer.close();
  writeFileSync(
    path.join(folder, 'model.safetensors'),
    weights.write(
      {},
      { 'classifier.weight': state.params['classifier.weight']!, 'classifier.bias': state.params['classifier.bias']! },
    ),
  );
  const classifier = await openRelationClassifier(folder, readFileSync(path.join(folder, 'model.safetensors')), {
    maxLength: 16,
  });
  const logits = await classifier.predict(pairs(8, 2));
  await classifier.close();
  const loss = logits.map((row, i) => Math.log(row.reduce((sum, x) => sum + Math.exp(x), 0)) - row[texts[i]!.label]!);
  expect(losses[0]).toBeCloseTo(loss.reduce((sum, x) => sum + x, 0) / 8, 5);
});

it.each([{ freezeEmbeddings: true }, { freezeEmbeddings: false }])(
  'learns relations, and what it learned is in the file: %j',
  async (changed) => {
    const folder = tiny();
    const { losses, model } = await trained(folder, changed);
    expect(losses.at(-1)!).toBeLessThan(0.1);
    expect(losses.at(-1)!).toBeLessThan(losses[0]! / 4);
    const held = pairs(40, 9);
    const classifier = await openRelationClassifier(folder, model, { maxLength: 16 });
    const logits = await classifier.predict(held);
    await classifier.close();
    const right = logits.filter((row, i) => row.indexOf(Math.max(...row)) === held[i]!.label).length;
    // A third is chance.
    expect(right).toBeGreaterThan(34);
  },
);

it('training goes on bit for bit from any checkpoint, in another trainer', async () => {
  const folder = tiny();
  const short = { epochs: 3, stepsPerEpoch: 4, dropout: 0.3 };
  const { state: whole } = await trained(folder, short);
  const first = await openRelationFineTuner(folder, { ...options, ...short });
  let state = (await first.epoch(first.init(SEED), 0, SEED)).state;
  await first.close();
  const second = await openRelationFineTuner(folder, { ...options, ...short, threads: 2 });
  for (const epoch of [1, 2]) state = (await second.epoch(state, epoch, SEED)).state;
  await second.close();
  expect(Buffer.from(state).equals(Buffer.from(whole))).toBe(true);
  expect(loadCheckpoint(state).state.step).toBe(12);
});

describe.each([{}, { old: true }])('saved beside the names of its source %j', (writing) => {
  it('keeps every name and shape, adds the new layer, and opens again', async () => {
    const folder = tiny(writing);
    const file = path.join(folder, 'model.safetensors');
    const before = readSafetensors(readFileSync(file));
    const { model } = await trained(folder, { epochs: 1, stepsPerEpoch: 3, freezeEmbeddings: false });
    const after = readSafetensors(model);
    const shapes = (tensors: typeof before.tensors) =>
      Object.entries(tensors)
        .map(([name, { shape }]) => `${name} [${shape}]`)
        .sort();
    const added = ['classifier.bias [3]', 'classifier.weight [3,32]'];
    expect(shapes(after.tensors)).toEqual([...shapes(before.tensors), ...added].sort());
    expect(after.metadata).toEqual({ format: 'pt', trainedOn: 'a made-up pool' });
    const changed = Object.keys(before.tensors).filter(
      (name) => !Buffer.from(floats(before.tensors[name]!).buffer).equals(Buffer.from(floats(after.tensors[name]!).buffer)),
    );
    // The pooler isn't asked, so it isn't trained.
    expect(Object.keys(before.tensors).filter((name) => !changed.includes(name) && !name.includes('pooler'))).toEqual([]);
    const encode = async () => {
      const encoder = await openTextEncoder(folder);
      const [found] = (await encoder.encode(['the cat sat on the mat'])) as TextEncoding[];
      await encoder.close();
      return found!.pooled;
    };
    const plain = await encode();
    writeFileSync(file, model);
    const tuned = await encode();
    expect(tuned.some((x, i) => Math.abs(x - plain[i]!) > 1e-4)).toBe(true);
  });
});

it('frozen embeddings stay as they are', async () => {
  const folder = tiny();
  const { model, state } = await trained(folder, { epochs: 1, stepsPerEpoch: 2 });
  const name = 'embeddings.word_embeddings.weight';
  const before = readSafetensors(readFileSync(path.join(folder, 'model.safetensors')));
  expect(readSafetensors(model).tensors[name]!.data).toEqual(before.tensors[name]!.data);
  expect(Object.keys(loadCheckpoint(state).state.params)).not.toContain(name);
});

it.each([
  [{ pairs: [] }, 'OPTION_INVALID', 'pairs'],
  [{ maxLength: 40 }, 'OPTION_INVALID', 'maxLength'],
  [{ classes: 2 }, 'OPTION_INVALID', 'label'],
])('%j is refused', async (changed, code, got) => {
  await expect(openRelationFineTuner(tiny(), { ...options, ...changed })).rejects.toMatchObject({
    code,
    message: expect.stringContaining(got),
  });
});
