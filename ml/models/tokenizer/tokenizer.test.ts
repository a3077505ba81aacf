import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sharedFixture } from '../../../test/shared-fixture.ts';
import { openTokenizer } from './open-tokenizer.ts';
import { requireVocabulary } from './require-vocabulary.ts';

interface TokenCase {
  text: string;
  input_ids: number[];
}

/** A word-level tokenizer that asks for truncation and fixed padding, as MiniLM's file does. */
const words = {
  version: '1.0',
  truncation: { max_length: 3, strategy: 'LongestFirst', stride: 0, direction: 'Right' },
  padding: { strategy: { Fixed: 8 }, direction: 'Right', pad_id: 0, pad_type_id: 0, pad_token: '[PAD]' },
  added_tokens: ['[PAD]', '[CLS]', '[SEP]'].map((content, id) => ({ id, content, special: true, normalized: false })),
  normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  post_processor: { type: 'BertProcessing', sep: ['[SEP]', 2], cls: ['[CLS]', 1] },
  decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
  model: {
    type: 'WordPiece',
    unk_token: '[PAD]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
    vocab: { '[PAD]': 0, '[CLS]': 1, '[SEP]': 2, one: 3, two: 4, three: 5, '##s': 6 },
  },
};

async function folderWith(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tokenizer-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
  return folder;
}

describe.each(['blip-tiny', 'vit-gpt2-tiny'])('the tokenizer of %s', (name) => {
  const folder = sharedFixture(name);
  it.skipIf(folder === null)('gives the reference ids', async () => {
    const tokenizer = await openTokenizer(folder!);
    const { tokens } = JSON.parse(await readFile(path.join(folder!, 'refs', 'cases.json'), 'utf8')) as { tokens: TokenCase[] };
    for (const { text, input_ids } of tokens) expect(tokenizer.encode(text), JSON.stringify(text)).toEqual(input_ids);
  });
});

it('cuts a text but keeps what the template adds, and ignores truncation and padding of the file', async () => {
  const tokenizer = await openTokenizer(await folderWith({ 'tokenizer.json': JSON.stringify(words) }));
  expect(tokenizer.encode('One twos three')).toEqual([1, 3, 4, 6, 5, 2]);
  expect(tokenizer.encode('one two three', { maxLength: 4 })).toEqual([1, 3, 4, 2]);
  expect(tokenizer.encode('one two three', { maxLength: 2, addSpecialTokens: false })).toEqual([3, 4]);
  expect(tokenizer.encode('')).toEqual([1, 2]);
});

it('decodes with or without special tokens and leaves out ids that no token has', async () => {
  const tokenizer = await openTokenizer(await folderWith({ 'tokenizer.json': JSON.stringify(words) }));
  expect(tokenizer.decode([1, 4, 6, 3, 99, 2])).toBe('[CLS] twos one [SEP]');
  expect(tokenizer.decode([1, 4, 6, 3, 99, 2], { skipSpecialTokens: true })).toBe('twos one');
  expect(tokenizer.decode([])).toBe('');
});

it('names the ids of tokens that play a part', async () => {
  const config = { cls_token: '[CLS]', sep_token: { content: '[SEP]' }, unk_token: '[UNK]', model_max_length: 1e30 };
  const tokenizer = await openTokenizer(
    await folderWith({
      'tokenizer.json': JSON.stringify(words),
      'tokenizer_config.json': JSON.stringify(config),
      'special_tokens_map.json': '{"pad_token":"[PAD]"}',
    }),
  );
  expect(tokenizer.special).toEqual({ cls: 1, sep: 2, pad: 0 });
  expect([tokenizer.vocabularySize, tokenizer.modelMaxLength]).toEqual([7, undefined]);
});

it('refuses lone surrogates instead of encoding a replacement character', async () => {
  const tokenizer = await openTokenizer(await folderWith({ 'tokenizer.json': JSON.stringify(words) }));
  expect(() => tokenizer.encode('one \ud83d two')).toThrow(expect.objectContaining({ code: 'TOKENIZER_TEXT_INVALID' }));
  expect(tokenizer.encode('one 🚀')).toEqual([1, 3, 0, 2]);
});

it('lowers a sigma at the end of a word as the reference does, character by character', async () => {
  const model = { ...words.model, vocab: { ...words.model.vocab, ασ: 7, ας: 8 } };
  const tokenizer = await openTokenizer(await folderWith({ 'tokenizer.json': JSON.stringify({ ...words, model }) }));
  expect(tokenizer.encode('ΑΣ ας', { addSpecialTokens: false })).toEqual([7, 8]);
});

it.each([
  ['nothing', undefined, 'TOKENIZER_MISSING'],
  ['a cut-off file', '{"model": {', 'TOKENIZER_INVALID'],
  ['a list', '[]', 'TOKENIZER_INVALID'],
  ['a file without a model', '{}', 'TOKENIZER_INVALID'],
  ['an unknown part', JSON.stringify({ ...words, normalizer: { type: 'Rot13' } }), 'TOKENIZER_UNSUPPORTED'],
])('names what is wrong with a folder that has %s', async (_, text, code) => {
  const folder = await folderWith(text === undefined ? {} : { 'tokenizer.json': text });
  await expect(openTokenizer(folder)).rejects.toMatchObject({ code });
});

it("refuses another model's tokenizer by its size", async () => {
  const tokenizer = await openTokenizer(await folderWith({ 'tokenizer.json': JSON.stringify(words) }));
  requireVocabulary(tokenizer, 7, 'text_decoder');
  requireVocabulary(tokenizer, 9, 'text_decoder');
  for (const size of [6, 300]) {
    expect(() => requireVocabulary(tokenizer, size, 'text_decoder')).toThrow(
      expect.objectContaining({ code: 'TOKENIZER_WRONG_SIZE' }),
    );
  }
});
