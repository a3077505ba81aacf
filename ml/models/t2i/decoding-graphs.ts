import {
  add,
  attentionInputs,
  concat,
  defineInference,
  feedForward,
  layerNorm,
  linear,
  matmul,
  mul,
  reshape,
  type Scope,
  scaledDotProductAttention,
  slice,
  softmax,
  split,
  sum,
  type Value,
} from '../../nn/index.ts';
import { drawnLogits, embedCaption, embedDrawn, HEAD_SIZE, HEADS, HIDDEN, LAYERS, WIDTH } from './text-to-image.ts';
import { CAPTION, DRAWN_VOCABULARY, POSITIONS } from './token-layout.ts';

type LayerName<K extends string> = `${K}${0 | 1 | 2 | 3}`;
const layers = Array.from({ length: LAYERS }, (_, i) => i);

/** The caption at once: caption int[B, 12] -> logits of the first drawn token [B, 549], and each layer's keys and values [B, 12, 96]. */
export const prefillGraph = (rows: number) =>
  defineInference({
    inputs: [{ name: 'caption', shape: [rows, CAPTION], dtype: 'int32' }],
    forward: (scope, { caption }) => {
      const kept: Record<string, Value> = {};
      let state = embedCaption(scope, caption);
      for (const i of layers) {
        const block = scope.child(`block${i}`);
        const { query, key, value } = attentionInputs(block.child('attention'), layerNorm(block.child('attentionNorm'), state));
        state = finishBlock(block, state, scaledDotProductAttention(query, key, value, HEADS));
        kept[`key${i}`] = key;
        kept[`value${i}`] = value;
      }
      const logits = reshape(drawnLogits(scope, slice(state, 1, CAPTION - 1, CAPTION)), [rows, DRAWN_VOCABULARY]);
      return { logits, ...kept } as Record<'logits' | LayerName<'key'> | LayerName<'value'>, Value>;
    },
  });

/** One more token: its id int[B, 1], its position's embedding [96], which cache places hold something (0 or -1e9) [50], and the caches
 *  keys [B, 4, 24, 50] and values [B, 4, 50, 24] of each layer -> logits [B, 549] and the token's own keys and values [B, 1, 96].
 *  The caches are inputs only: the caller writes the new columns, so that nothing large is copied. */
export const stepGraph = (rows: number) =>
  defineInference({
    inputs: [
      { name: 'drawn', shape: [rows, 1], dtype: 'int32' },
      { name: 'position', shape: [WIDTH], dtype: 'float32' },
      { name: 'open', shape: [POSITIONS], dtype: 'float32' },
      ...layers.flatMap((i) => [
        { name: `keys${i}`, shape: [rows, HEADS, HEAD_SIZE, POSITIONS], dtype: 'float32' as const },
        { name: `values${i}`, shape: [rows, HEADS, POSITIONS, HEAD_SIZE], dtype: 'float32' as const },
      ]),
    ],
    forward: (scope, inputs) => {
      const { drawn, position, open } = inputs as Record<string, Value>;
      const kept: Record<string, Value> = {};
      let state = embedDrawn(scope, drawn!, position!);
      for (const i of layers) {
        const block = scope.child(`block${i}`);
        const { query, key, value } = attentionInputs(block.child('attention'), layerNorm(block.child('attentionNorm'), state));
        const cache = { keys: inputs[`keys${i}`]!, values: inputs[`values${i}`]!, open: open! };
        state = finishBlock(block, state, attendCache(query, key, value, cache, rows));
        kept[`key${i}`] = key;
        kept[`value${i}`] = value;
      }
      const logits = reshape(drawnLogits(scope, state), [rows, DRAWN_VOCABULARY]);
      return { logits, ...kept } as Record<'logits' | LayerName<'key'> | LayerName<'value'>, Value>;
    },
  });

/** The rest of a `transformerBlock` once attention is there: the parameter names are the layer's. */
function finishBlock(block: Scope, state: Value, attended: Value): Value {
  const mixed = add(state, linear(block.child('attention').child('out'), attended, WIDTH));
  return add(
    mixed,
    feedForward(block.child('feedForward'), layerNorm(block.child('feedForwardNorm'), mixed), { hidden: HIDDEN }),
  );
}

/** Attention of one query over the cache and the token itself: three [B, 1, 96] -> [B, 1, 96]. */
function attendCache(
  query: Value,
  key: Value,
  value: Value,
  cache: { keys: Value; values: Value; open: Value },
  rows: number,
): Value {
  const byHead = (x: Value): Value => reshape(x, [rows, HEADS, 1, HEAD_SIZE]);
  const scaled = mul(byHead(query), 1 / Math.sqrt(HEAD_SIZE));
  const past = add(matmul(scaled, cache.keys), cache.open);
  const own = sum(mul(scaled, byHead(key)), -1, true);
  const [toPast, toOwn] = split(softmax(concat([past, own], -1)), [POSITIONS, 1], -1);
  const attended = add(matmul(toPast!, cache.values), mul(toOwn!, byHead(value)));
  return reshape(attended, [rows, 1, WIDTH]);
}
