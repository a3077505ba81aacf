import { BACKGROUND } from '../../data/scenes/render-scene.ts';
import { VOCABULARY } from '../../data/scenes/vocabulary.ts';
import {
  add,
  affine,
  concat,
  embed,
  init,
  layerNorm,
  matmul,
  pad,
  type Scope,
  slice,
  sub,
  transpose,
  type Value,
} from '../../nn/index.ts';
import { CODES, PATCH_SIZE } from '../vq-codebook/patches.ts';
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

/** The whole sequence: caption int[B, 12], drawn int[B, 38] -> [B, 50, 96]. */
export function embedSequence(scope: Scope, caption: Value, drawn: Value): Value {
  return add(
    concat([embed(wordTable(scope), caption), embed(drawnTable(scope.child('drawn'), scope, 0.1), drawn)], 1),
    positionTable(scope),
  );
}

/** One drawn token, int[B, 1], at its place among the positions, position float[96] -> [B, 1, 96]. */
export function embedDrawn(scope: Scope, drawn: Value, position: Value): Value {
  return add(embed(drawnTable(scope.child('drawn'), scope, 0.1), drawn), position);
}

/** [B, T, 96] -> logits [B, T, 624]. */
export function drawnLogits(scope: Scope, state: Value): Value {
  const weight = transpose(drawnTable(scope.child('head'), scope, 0.02), [1, 0]);
  const bias = scope.param('head.bias', [DRAWN_VOCABULARY], init.zeros);
  return affine(layerNorm(scope.child('norm'), state), weight, bias);
}

const wordTable = (scope: Scope): Value => scope.param('word.table', [VOCABULARY.length, WIDTH], init.normal(0.1));
export const positionTable = (scope: Scope): Value => scope.param('position.table', [POSITIONS, WIDTH], init.normal(0.1));

/** A row for each drawn token: learned, and for a picture code also a projection of the patch that it stands for, so that codes that look
 *  alike begin alike. The projection is kept as [96, 48]: the gradient of [48, 96] would be a product that onnxruntime cuts by columns
 *  between two threads, and then adds in another order than one thread does. */
function drawnTable(own: Scope, root: Scope, std: number): Value {
  const learned = own.param('table', [DRAWN_VOCABULARY, WIDTH], init.normal(std));
  const contrast = sub(root.frozen('codes', [CODES, PATCH_SIZE]), BACKGROUND / 127.5 - 1);
  const looks = matmul(contrast, own.param('looks', [WIDTH, PATCH_SIZE], init.normal(std)), { transposeB: true });
  return add(learned, pad(looks, 0, 0, DRAWN_VOCABULARY - CODES));
}
