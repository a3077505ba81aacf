import { VOCABULARY } from '../../data/scenes/vocabulary.ts';
import { add, concat, embed, init, layerNorm, linear, type Scope, slice, type Value } from '../../nn/index.ts';
import { CAPTION, DRAWN_VOCABULARY, POSITIONS } from './token-layout.ts';

export const WIDTH = 96;
export const LAYERS = 4;
export const HEADS = 4;
export const HEAD_SIZE = WIDTH / HEADS;
export const HIDDEN = 384;

/** caption int[B, 12] -> [B, 12, 96]. */
export function embedCaption(scope: Scope, caption: Value): Value {
  return add(embed(wordTable(scope), caption), slice(positionTable(scope), 0, 0, CAPTION));
}

/** The whole sequence: caption int[B, 12], drawn int[B, 42] -> [B, 54, 96]. */
export function embedSequence(scope: Scope, caption: Value, drawn: Value): Value {
  return add(concat([embed(wordTable(scope), caption), embed(drawnTable(scope), drawn)], 1), positionTable(scope));
}

/** One drawn token, int[B, 1], at its place among the positions, position float[96] -> [B, 1, 96]. */
export function embedDrawn(scope: Scope, drawn: Value, position: Value): Value {
  return add(embed(drawnTable(scope), drawn), position);
}

/** [B, T, 96] -> logits [B, T, 543]. */
export function drawnLogits(scope: Scope, state: Value): Value {
  return linear(scope.child('head'), layerNorm(scope.child('norm'), state), DRAWN_VOCABULARY);
}

const wordTable = (scope: Scope): Value => scope.param('word.table', [VOCABULARY.length, WIDTH], init.normal(0.1));
const drawnTable = (scope: Scope): Value => scope.param('drawn.table', [DRAWN_VOCABULARY, WIDTH], init.normal(0.1));
export const positionTable = (scope: Scope): Value => scope.param('position.table', [POSITIONS, WIDTH], init.normal(0.1));
