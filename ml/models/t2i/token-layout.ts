import { PICTURE_SIDE } from '../../data/scenes/render-scene.ts';
import { SIZES } from '../../data/scenes/scene-object.ts';
import { BOS, TEXT_TOKENS } from '../../data/scenes/vocabulary.ts';
import { CODES, TOKENS } from '../vq-codebook/patches.ts';

/** What a sequence of the generator is made of:
 *  12 caption words (full attention) | plan: size, x, y of the first mention, size, x, y of the second | 36 picture codes. */
export const CAPTION = TEXT_TOKENS;
export const PLAN = 6;
/** Tokens that are predicted. */
export const DRAWN = PLAN + TOKENS;
/** Positions that are fed: the last code predicts nothing. */
export const POSITIONS = CAPTION + DRAWN - 1;

/** Ids: 512 codes, then 3 sizes, then 24 coordinates. */
export const FIRST_SIZE = CODES;
export const FIRST_COORDINATE = FIRST_SIZE + SIZES.length;
export const DRAWN_VOCABULARY = FIRST_COORDINATE + PICTURE_SIDE;

/** The ids [from, to) that may stand at a drawn position. */
export function idsAt(position: number): [from: number, to: number] {
  if (position >= PLAN) return [0, CODES];
  return position % 3 === 0 ? [FIRST_SIZE, FIRST_COORDINATE] : [FIRST_COORDINATE, DRAWN_VOCABULARY];
}

/** Stands for a caption that was dropped: what guidance steers away from. */
export const NO_CAPTION = new Int32Array(CAPTION).fill(BOS);
