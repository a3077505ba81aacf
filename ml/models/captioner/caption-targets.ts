import type { Philox } from '../../../engine/plan/philox.ts';
import { INVERSE, RELATIONS } from '../../data/scenes/relation.ts';
import { descriptionIndex, type Scene } from '../../data/scenes/scene-object.ts';
import { clearPairs } from '../../data/scenes/scene-pair.ts';
import { EOS, tokenize } from '../../data/scenes/vocabulary.ts';
import { writeText } from '../../data/scenes/write-text.ts';
import { FIRST_WORD, mentionWords, PAIRS, WRITTEN } from './captioner.ts';

/** A label that counts for nothing. */
export const IGNORED = -1;

export interface CaptionTarget {
  /** 1 for each ordered pair that may be said [81]. */
  say: Float32Array;
  /** The relation of those pairs, else IGNORED [81]. */
  relations: Int32Array;
  /** The pair that the text is about: relation, word ids of head and tail. */
  relation: number;
  head: [number, number];
  tail: [number, number];
  /** <bos> and the words, padded [13]. */
  words: Int32Array;
  /** The words and <eos>, then IGNORED [13]. */
  nextWords: Int32Array;
}

/** What the captioner should make of a scene, with an explicit text about a random pair whose head is the first argument; null when the
 *  scene has no clear pair. */
export function captionTarget(scene: Scene, random: Philox): CaptionTarget | null {
  const pairs = clearPairs(scene);
  if (pairs.length === 0) return null;
  const say = new Float32Array(PAIRS);
  const relations = new Int32Array(PAIRS).fill(IGNORED);
  const directed = pairs.flatMap(({ head, tail, relation }) => [
    { head, tail, relation },
    { head: tail, tail: head, relation: INVERSE[relation] },
  ]);
  for (const { head, tail, relation } of directed) {
    const pair = 9 * descriptionIndex(head) + descriptionIndex(tail);
    say[pair] = 1;
    relations[pair] = RELATIONS.indexOf(relation);
  }
  const told = random.choice(directed);
  const tokens = tokenize(writeText(random, told, 'explicit', { headFirst: true }).text);
  const length = tokens.filter((token) => token > 0).length;
  const words = new Int32Array(WRITTEN);
  const nextWords = new Int32Array(WRITTEN).fill(IGNORED);
  words[0] = FIRST_WORD;
  words.set(tokens.subarray(0, length), 1);
  nextWords.set(tokens.subarray(0, length));
  nextWords[length] = EOS;
  return {
    say,
    relations,
    relation: RELATIONS.indexOf(told.relation),
    head: mentionWords(descriptionIndex(told.head)),
    tail: mentionWords(descriptionIndex(told.tail)),
    words,
    nextWords,
  };
}
