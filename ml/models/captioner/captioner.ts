import { RELATIONS } from '../../data/scenes/relation.ts';
import { DESCRIPTIONS } from '../../data/scenes/scene-object.ts';
import { BOS, TEXT_TOKENS, VOCABULARY, wordId } from '../../data/scenes/vocabulary.ts';
import {
  add,
  concat,
  embed,
  gelu,
  init,
  layerNorm,
  linear,
  prefixMask,
  reshape,
  type Scope,
  slice,
  sum,
  transformerBlock,
  type Value,
} from '../../nn/index.ts';

const PAIR_HIDDEN = 96;
const WIDTH = 64;
const LAYERS = 2;
const HEADS = 4;
const HIDDEN = 256;

/** Ordered pairs of descriptions, pair = 9 * head + tail; the 9 pairs of a description with itself are never said. */
export const PAIRS = DESCRIPTIONS.length ** 2;
/** relation, head, tail. */
export const PLAN = 3;
/** <bos> and 12 words are fed, 12 words and <eos> are predicted. */
export const WRITTEN = TEXT_TOKENS + 1;

/** What may be said: features [B, 9, 69] -> say [B, 81] (both there, each once, relation clear) and relation [B, 81, 4], as logits. */
export function planLogits(scope: Scope, features: Value): { say: Value; relation: Value } {
  const batch = features.shape[0]!;
  const half = (name: string): Value => linear(scope.child(name), features, PAIR_HIDDEN, { init: init.xavier });
  const pairs = add(reshape(half('head'), [batch, 9, 1, PAIR_HIDDEN]), reshape(half('tail'), [batch, 1, 9, PAIR_HIDDEN]));
  const hidden = gelu(
    linear(scope.child('hidden'), gelu(reshape(pairs, [batch, PAIRS, PAIR_HIDDEN]), 'tanh'), PAIR_HIDDEN, { init: init.xavier }),
    'tanh',
  );
  return {
    say: reshape(linear(scope.child('say'), hidden, 1), [batch, PAIRS]),
    relation: linear(scope.child('relation'), hidden, RELATIONS.length),
  };
}

/** Writes the plan: relation int[B], head and tail word ids int[B, 2] each (colour, shape), words int[B, 13] (from <bos> on)
 *  -> logits of the next words [B, 13, 26]. It never sees the picture. */
export function writeLogits(scope: Scope, plan: { relation: Value; head: Value; tail: Value; words: Value }): Value {
  const { relation, head, tail, words } = plan;
  const batch = words.shape[0]!;
  const table = scope.param('word.table', [VOCABULARY.length, WIDTH], init.normal(0.1));
  const column = (x: Value): Value => reshape(x, [batch, 1, WIDTH]);
  const mention = (x: Value): Value => column(sumOfTwo(embed(table, x), batch));
  const stated = column(embed(scope.param('relation.table', [RELATIONS.length, WIDTH], init.normal(0.1)), relation));
  const positions = scope.param('position.table', [PLAN + WRITTEN, WIDTH], init.normal(0.1));
  let state = add(concat([stated, mention(head), mention(tail), embed(table, words)], 1), positions);
  const mask = prefixMask(scope, PLAN + WRITTEN, PLAN);
  for (let i = 0; i < LAYERS; i++)
    state = transformerBlock(scope.child(`block${i}`), state, { heads: HEADS, hidden: HIDDEN, mask });
  const written = slice(layerNorm(scope.child('norm'), state), 1, PLAN, PLAN + WRITTEN);
  return linear(scope.child('out'), written, VOCABULARY.length);
}

/** [B, 2, D] -> [B, D]. */
const sumOfTwo = (x: Value, batch: Value['shape'][number]): Value => reshape(sum(x, 1), [batch, WIDTH]);

/** The word ids of a description's colour and shape. */
export function mentionWords(description: number): [number, number] {
  const { colour, shape } = DESCRIPTIONS[description]!;
  return [wordId(colour), wordId(shape)];
}

export const FIRST_WORD = BOS;
