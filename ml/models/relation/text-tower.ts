import { TEXT_TOKENS } from '../../data/scenes/vocabulary.ts';
import {
  add,
  embedding,
  layerNorm,
  matmul,
  paddingMask,
  positions,
  reshape,
  type Scope,
  transformerBlock,
  type Value,
} from '../../nn/index.ts';
import { dense } from './dense.ts';
import { TOKEN_KINDS } from './encode-text.ts';
import { TEXT_WIDTH } from './sizes.ts';

export interface TextInputs {
  /** int32 [B, TEXT_TOKENS] */
  ids: Value;
  /** [B, TEXT_TOKENS] */
  keep: Value;
  /** [B, 2, TEXT_TOKENS] */
  marks: Value;
}

/** One pre-LN transformer layer over the masked text; its states at head and tail, side by side, -> [B, TEXT_WIDTH].
 *  Entity-start states as the pair's vector: Soares et al. 2019. */
export function textTower(scope: Scope, { ids, keep, marks }: TextInputs): Value {
  const words = embedding(scope.child('words'), ids, TOKEN_KINDS, TEXT_WIDTH);
  const placed = add(words, positions(scope.child('places'), TEXT_TOKENS, TEXT_WIDTH));
  const states = transformerBlock(scope.child('block'), placed, { heads: 4, hidden: 2 * TEXT_WIDTH, mask: paddingMask(keep) });
  const pair = matmul(marks, layerNorm(scope.child('norm'), states));
  return dense(scope.child('pair'), reshape(pair, [ids.dim(0), 2 * TEXT_WIDTH]), TEXT_WIDTH);
}
