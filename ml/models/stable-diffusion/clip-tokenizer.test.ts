import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { sharedFixture } from '../../../test/shared-fixture.ts';
import { openTokenizer } from '../tokenizer/index.ts';
import { clipTokenizerDefinition } from './clip-tokenizer.ts';

function emptyFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'hopline-clip-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

it.each(['sd-tiny-eps', 'sd-tiny-v'])('vocab.json and merges.txt of %s give the ids of tokenizer.json', async (name) => {
  const fixture = sharedFixture(name);
  if (!fixture) return;
  const folder = emptyFolder();
  for (const file of ['vocab.json', 'merges.txt', 'tokenizer_config.json', 'special_tokens_map.json'])
    copyFileSync(path.join(fixture, 'tokenizer', file), path.join(folder, file));
  const tokenizer = await openTokenizer(folder, clipTokenizerDefinition(folder));
  const tokens: { text: string; input_ids: number[] }[] = JSON.parse(
    readFileSync(path.join(fixture, 'refs/tokens.json'), 'utf8'),
  );
  expect(tokens.map(({ text }) => tokenizer.encode(text))).toEqual(tokens.map(({ input_ids }) => input_ids));
});

it('names a vocabulary that is not of CLIP, and merges that are none', () => {
  const folder = emptyFolder();
  expect(clipTokenizerDefinition(folder)).toBeUndefined();
  writeFileSync(path.join(folder, 'vocab.json'), '{"a": 0}');
  writeFileSync(path.join(folder, 'merges.txt'), '#version: 0.2\na b\n');
  expect(() => clipTokenizerDefinition(folder)).toThrow(expect.objectContaining({ code: 'MODEL_CONFIG_INVALID' }));
  writeFileSync(path.join(folder, 'vocab.json'), '{"<|startoftext|>": 0, "<|endoftext|>": 1}');
  expect(clipTokenizerDefinition(folder)).toMatchObject({ model: { merges: [['a', 'b']] } });
  writeFileSync(path.join(folder, 'merges.txt'), 'a b c\n');
  expect(() => clipTokenizerDefinition(folder)).toThrow(expect.objectContaining({ code: 'MODEL_CONFIG_INVALID' }));
});
