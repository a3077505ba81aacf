import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { HoplineError } from '../../../engine/plan/errors.ts';
import { readJson } from './read-json.ts';

/** Folders of Stable Diffusion 1.x and 2.x often hold the older pair vocab.json and merges.txt instead of tokenizer.json: CLIP's byte-level
 *  BPE (Radford et al. 2021, section 2.4) as transformers' own conversion writes it. Undefined where there is no need
 *  (tokenizer.json is there) or no such pair.
 *  @throws HoplineError MODEL_CONFIG_INVALID */
export function clipTokenizerDefinition(folder: string): Record<string, unknown> | undefined {
  if (existsSync(path.join(folder, 'tokenizer.json'))) return undefined;
  const vocab = readJson(folder, 'vocab.json') as Record<string, number> | undefined;
  const mergesFile = path.join(folder, 'merges.txt');
  if (!vocab || !existsSync(mergesFile)) return undefined;
  const idOf = (token: string): number => {
    if (Object.hasOwn(vocab, token)) return vocab[token]!;
    throw new HoplineError('MODEL_CONFIG_INVALID', `vocab.json must hold ${token}, got ${Object.keys(vocab).length} others`);
  };
  const [start, end] = ['<|startoftext|>', '<|endoftext|>'];
  // Stable Diffusion 2 pads with "!", which then is a special token wherever it stands alone in a text.
  const pad = contentOf(
    readJson(folder, 'special_tokens_map.json')?.pad_token ?? readJson(folder, 'tokenizer_config.json')?.pad_token,
  );
  const special = [...new Set([start, end, ...(pad !== undefined && Object.hasOwn(vocab, pad) ? [pad] : [])])];
  return {
    version: '1.0',
    added_tokens: special
      .map((content) => ({
        ...{ id: idOf(content), content, single_word: false, lstrip: false, rstrip: false, special: true },
        normalized: content !== pad || content === end,
      }))
      .sort((a, b) => a.id - b.id),
    normalizer: {
      type: 'Sequence',
      normalizers: [{ type: 'NFC' }, { type: 'Replace', pattern: { Regex: '\\s+' }, content: ' ' }, { type: 'Lowercase' }],
    },
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        {
          type: 'Split',
          pattern: { Regex: "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+" },
          behavior: 'Removed',
          invert: true,
        },
        { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
      ],
    },
    post_processor: {
      ...{ type: 'RobertaProcessing', sep: [end, idOf(end)], cls: [start, idOf(start)] },
      ...{ trim_offsets: false, add_prefix_space: false },
    },
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      ...{ type: 'BPE', dropout: null, unk_token: end, continuing_subword_prefix: '', end_of_word_suffix: '</w>' },
      ...{ fuse_unk: false, byte_fallback: false, ignore_merges: false, vocab },
      merges: readMerges(mergesFile),
    },
  };
}

/** A pair a line, below a line that tells the version. */
function readMerges(file: string): string[][] {
  const lines = readFileSync(file, 'utf8').split('\n');
  const pairs = lines.filter((line) => line !== '' && !line.startsWith('#version')).map((line) => line.split(' '));
  const odd = pairs.find((pair) => pair.length !== 2);
  if (odd)
    throw new HoplineError(
      'MODEL_CONFIG_INVALID',
      `merges.txt must hold two tokens a line, got ${JSON.stringify(odd.join(' ').slice(0, 80))}`,
    );
  return pairs;
}

function contentOf(token: unknown): string | undefined {
  if (typeof token === 'string') return token;
  const content = (token as { content?: unknown } | undefined)?.content;
  return typeof content === 'string' ? content : undefined;
}
