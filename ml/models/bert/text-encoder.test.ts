import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findMinilm } from '../../../test/parity/find-minilm.ts';
import { parity } from '../../../test/parity/minilm.ts';
import type { MinilmRefs } from '../../../test/parity/minilm-refs.ts';
import { readRefs } from '../../../test/parity/read-refs.ts';
import { sharedFixture } from '../../../test/shared-fixture.ts';
import { readSafetensors } from '../../nn/safetensors/read-safetensors.ts';
import { writeSafetensors } from '../../nn/safetensors/write-safetensors.ts';
import { openTextEncoder, type Pooling, type TextEncoderOptions, type TextEncoding } from './index.ts';
import { type TinyBert, writeTinyBert } from './tiny-bert.fixture.ts';
import refs from './transformers-refs.json' with { type: 'json' };

const fixture = sharedFixture('minilm');
const weights = fixture === null ? undefined : await findMinilm(fixture, await readRefs<MinilmRefs>(fixture, 'refs.json'));

it.skipIf(weights === undefined)('gives the embeddings of all-MiniLM-L6-v2', async () => {
  const cases = [];
  for await (const item of parity(fixture!)) cases.push(item);
  expect(cases.filter(({ passed }) => !passed)).toEqual([]);
  expect(cases.length).toBeGreaterThan(100);
});

function tiny(options: TinyBert = {}): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'tiny-bert-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return writeTinyBert(folder, options);
}

async function encode(folder: string, texts: readonly string[], options: TextEncoderOptions = {}, maxLength?: number) {
  const model = await openTextEncoder(folder, options);
  try {
    const found = await model.encode(texts, { tokens: true, ...(maxLength && { maxLength }) });
    return found as TextEncoding[];
  } finally {
    await model.close();
  }
}

const pooler: Pooling = { modes: ['pooler'], normalize: false };
const largest = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.max(...Array.from(a, (x, i) => Math.abs(x - b[i]!)), a.length === b.length ? 0 : Number.POSITIVE_INFINITY);

describe.each([
  ['bert', {}],
  ['bert', { old: true }],
  ['bert', { weights: 'onnx' }],
  ['roberta', {}],
  ['roberta', { weights: 'onnx' }],
] as const)('%s %j', (type, options) => {
  it('gives what transformers gives, alone and in a batch', async () => {
    const folder = tiny({ type, ...options });
    const wanted = refs.models[type];
    const found = await encode(
      folder,
      wanted.map(({ text }) => text),
      { pooling: pooler },
    );
    for (const [i, { ids, lastState, pooler: vector }] of wanted.entries()) {
      expect(found[i]!.ids).toEqual(ids);
      expect(largest(found[i]!.pooled, vector)).toBeLessThan(1e-5);
      expect(largest(found[i]!.tokens!.subarray(-lastState.length), lastState)).toBeLessThan(1e-5);
      const [alone] = await encode(folder, [wanted[i]!.text], { pooling: pooler });
      expect(largest(alone!.pooled, vector)).toBeLessThan(1e-5);
    }
  });
});

describe('pooling', () => {
  const modules = ['Transformer', 'Pooling', 'Normalize'].map((name, i) => ({
    idx: i,
    name: String(i),
    path: i === 0 ? '' : `${i}_${name}`,
    type: `sentence_transformers.models.${name}`,
  }));
  const pooled = async (pooling: Record<string, unknown> | null, kinds = 3): Promise<[Float32Array, Float32Array]> => {
    const files = { ...(pooling && { 'modules.json': modules.slice(0, kinds), '1_Pooling/config.json': pooling }) };
    const [found] = await encode(tiny({ files }), ['the cat sat on the mat']);
    return [found!.pooled, found!.tokens!];
  };
  const columns = (states: Float32Array, of: (column: number[]) => number): number[] =>
    Array.from({ length: 16 }, (_, at) => of(Array.from({ length: states.length / 16 }, (_, row) => states[row * 16 + at]!)));
  const sum = (list: number[]): number => list.reduce((total, x) => total + x, 0);

  it('is the plain mean where nothing is said', async () => {
    const [found, states] = await pooled(null);
    expect(
      largest(
        found,
        columns(states, (column) => sum(column) / column.length),
      ),
    ).toBeLessThan(1e-6);
  });

  it('follows modules.json, with the length 1 where it normalises', async () => {
    const [found, states] = await pooled({ pooling_mode_mean_tokens: true });
    const mean = columns(states, (column) => sum(column) / column.length);
    const norm = Math.sqrt(sum(mean.map((x) => x * x)));
    expect(
      largest(
        found,
        mean.map((x) => x / norm),
      ),
    ).toBeLessThan(1e-6);
  });

  it.each([
    [{ pooling_mode_cls_token: true }, (column: number[]) => column[0]!],
    [{ pooling_mode_max_tokens: true }, (column: number[]) => Math.max(...column)],
    [{ pooling_mode_mean_sqrt_len_tokens: true }, (column: number[]) => sum(column) / Math.sqrt(column.length)],
    [{ pooling_mode: 'cls' }, (column: number[]) => column[0]!],
  ])('%j', async (config, of) => {
    const [found, states] = await pooled(config, 2);
    expect(largest(found, columns(states, of))).toBeLessThan(1e-6);
  });

  it('lays several end to end, as sentence-transformers does', async () => {
    const [found, states] = await pooled({ pooling_mode_mean_tokens: true, pooling_mode_cls_token: true }, 2);
    const mean = columns(states, (column) => sum(column) / column.length);
    expect(largest(found, [...states.subarray(0, 16), ...mean])).toBeLessThan(1e-6);
  });
});

describe('lengths', () => {
  const long = 'the cat sat on the mat '.repeat(9);
  it.each([
    ['the tokenizer says', {}, undefined, 20],
    ['sentence_bert_config.json says', { 'sentence_bert_config.json': { max_seq_length: 9 } }, undefined, 9],
    ['the positions allow', { 'sentence_bert_config.json': { max_seq_length: 900 } }, undefined, 24],
    ['the caller says', {}, 5, 5],
    ['the caller says, beyond the default', {}, 23, 23],
  ])('a text is cut to what %s; what tokenizer.json says is nothing', async (_, files, maxLength, expected) => {
    const [found] = await encode(tiny({ files }), [long], {}, maxLength);
    expect(found!.ids).toHaveLength(expected);
    expect(found!.ids.at(-1)).toBe(3);
  });

  it('more than the model has positions is refused', async () => {
    await expect(encode(tiny(), [long], {}, 25)).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });
});

it('a text of half characters fails alone', async () => {
  const [good, bad, other] = await encode(tiny(), ['the cat', '\ud83d', 'the dog']);
  expect([good!.ids.length, other!.ids.length]).toEqual([4, 4]);
  expect(bad).toMatchObject({ code: 'TOKENIZER_TEXT_INVALID' });
});

it('many texts of many lengths come back in their order', async () => {
  const texts = Array.from({ length: 70 }, (_, i) => 'the cat sat on a mat '.repeat(1 + (i % 3)).slice(0, 3 + (i % 40)));
  const folder = tiny();
  const found = await encode(folder, texts);
  for (const i of [0, 17, 69]) {
    const [alone] = await encode(folder, [texts[i]!]);
    expect(found[i]!.ids).toEqual(alone!.ids);
    expect(largest(found[i]!.pooled, alone!.pooled)).toBeLessThan(1e-5);
  }
});

it('a device that is not there is named', async () => {
  await expect(openTextEncoder(tiny(), { device: 'cuda:99' })).rejects.toMatchObject({ code: 'MODEL_DEVICE_FAILED' });
});

describe('a spoiled folder is named', () => {
  const weightsOf = (at: string): string => path.join(at, 'model.safetensors');
  const change = async (at: string, edit: (tensors: ReturnType<typeof readSafetensors>['tensors']) => void): Promise<void> => {
    const { tensors } = readSafetensors(await readFile(weightsOf(at)));
    edit(tensors);
    writeFileSync(weightsOf(at), writeSafetensors(tensors));
  };
  const config = async (at: string, fields: Record<string, unknown>): Promise<void> => {
    const file = path.join(at, 'config.json');
    writeFileSync(file, JSON.stringify({ ...JSON.parse(await readFile(file, 'utf8')), ...fields }));
  };
  const query = 'encoder.layer.1.attention.self.query.weight';
  it.each([
    ['weights that are cut off', 'SAFETENSORS_INVALID', (at) => truncateSync(weightsOf(at), 12_000), 'end within'],
    ['weights with a cut header', 'SAFETENSORS_INVALID', (at) => truncateSync(weightsOf(at), 20), 'header'],
    ['no weights', 'MODEL_FILE_MISSING', (at) => rmSync(weightsOf(at)), 'model.safetensors'],
    ['a NaN', 'MODEL_NOT_FINITE', (at) => change(at, (t) => (t[query]!.data as Float32Array).fill(Number.NaN, 3, 4)), query],
    ['a tensor less', 'MODEL_TENSOR_MISSING', (at) => change(at, (t) => delete t[query]), query],
    ['another shape', 'MODEL_TENSOR_MISSING', (at) => config(at, { intermediate_size: 20 }), 'intermediate.dense.weight'],
    ['more layers than there are', 'MODEL_TENSOR_MISSING', (at) => config(at, { num_hidden_layers: 3 }), 'encoder.layer.2'],
    ['another vocabulary', 'TOKENIZER_WRONG_SIZE', (at) => config(at, { vocab_size: 20 }), 'vocab_size'],
    ['no tokenizer', 'TOKENIZER_MISSING', (at) => rmSync(path.join(at, 'tokenizer.json')), 'tokenizer.json'],
    ['no configuration', 'MODEL_CONFIG_INVALID', (at) => rmSync(path.join(at, 'config.json')), 'model_type'],
    ['an unknown activation', 'MODEL_CONFIG_INVALID', (at) => config(at, { hidden_act: 'maxout' }), 'hidden_act'],
    ['heads that do not divide', 'MODEL_CONFIG_INVALID', (at) => config(at, { num_attention_heads: 3 }), 'hidden_size'],
    ['relative positions', 'MODEL_NOT_SUPPORTED', (at) => config(at, { position_embedding_type: 'relative_key' }), 'position'],
    ['a module that computes', 'MODEL_NOT_SUPPORTED', (at) => module(at, { type: 'a.Dense', path: '2_Dense' }), 'Dense'],
    ['a module outside', 'MODEL_FILE_INVALID', (at) => module(at, { type: 'a.Transformer', path: '../x' }), 'inside'],
  ] as [string, string, (at: string) => unknown, string][])('%s: %s', async (_, code, spoil, got) => {
    const folder = tiny();
    await spoil(folder);
    await expect(openTextEncoder(folder)).rejects.toMatchObject({ code, message: expect.stringMatching(got) });
  });

  const module = (at: string, entry: object): void => writeFileSync(path.join(at, 'modules.json'), JSON.stringify([entry]));
});
