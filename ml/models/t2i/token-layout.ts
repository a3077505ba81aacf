import { RELATIONS } from '../../data/scenes/relation.ts';
import { SIZES } from '../../data/scenes/scene-object.ts';
import { BOS, TEXT_TOKENS } from '../../data/scenes/vocabulary.ts';
import { CODES, TOKENS } from '../vq-codebook/patches.ts';

/** What a sequence of the generator is made of:
 *  12 caption words (full attention) | plan: relation of the first mention to the second, place of each | 36 picture codes. */
export const CAPTION = TEXT_TOKENS;
export const PLAN = 3;
/** Tokens that are predicted. */
export const DRAWN = PLAN + TOKENS;
/** Positions that are fed: the last code predicts nothing. */
export const POSITIONS = CAPTION + DRAWN - 1;

/** Ids: 512 codes, then 4 relations, then 108 places (size, and the patch in which the centre lies). */
export const FIRST_RELATION = CODES;
export const FIRST_PLACE = FIRST_RELATION + RELATIONS.length;
export const DRAWN_VOCABULARY = FIRST_PLACE + SIZES.length * TOKENS;

/** The ids [from, to) that may stand at a drawn position. */
export function idsAt(position: number): [from: number, to: number] {
  if (position >= PLAN) return [0, CODES];
  return position === 0 ? [FIRST_RELATION, FIRST_PLACE] : [FIRST_PLACE, DRAWN_VOCABULARY];
}

/** Stands for a caption that was dropped: what guidance steers away from. */
export const NO_CAPTION = new Int32Array(CAPTION).fill(BOS);
