import type { Philox } from '../../../engine/plan/philox.ts';
import { INVERSE, type Relation } from './relation.ts';
import type { Mention } from './scene-object.ts';

export type Slice = 'explicit' | 'ambiguous';

/** A text about a pair. Spans are half-open word offsets of the two-word mentions. */
export interface PairText {
  text: string;
  head: [number, number];
  tail: [number, number];
}

/** F and S are the first and second mention of the relation, R its word. */
const EXPLICIT = ['a F R a S', 'the F is R the S', 'a S with a F R it'];
const AMBIGUOUS = ['a F and a S', 'a F next to a S', 'there is a F and a S', 'a F near a S'];
const WORDS: Readonly<Record<Relation, readonly string[]>> = {
  left: ['left of', 'to the left of'],
  right: ['right of', 'to the right of'],
  above: ['above', 'over'],
  below: ['below', 'under'],
};

/** A random text: explicit ones state the relation (inverted where the tail comes first), ambiguous ones name the pair only.
 *  `headFirst`: the head is always the first argument. Default: a coin decides. */
export function writeText(
  random: Philox,
  pair: { head: Mention; tail: Mention; relation: Relation },
  slice: Slice,
  options: { headFirst?: boolean } = {},
): PairText {
  const headFirst = options.headFirst ?? random.int(2) === 0;
  const template = random.choice(slice === 'explicit' ? EXPLICIT : AMBIGUOUS);
  const relationWord = random.choice(WORDS[headFirst ? pair.relation : INVERSE[pair.relation]]);
  const words: string[] = [];
  const spans: Record<string, [number, number]> = {};
  for (const slot of template.split(' ')) {
    if (slot === 'R') words.push(...relationWord.split(' '));
    else if (slot === 'F' || slot === 'S') {
      const mention = (slot === 'F') === headFirst ? pair.head : pair.tail;
      spans[slot] = [words.length, words.length + 2];
      words.push(mention.colour, mention.shape);
    } else words.push(slot);
  }
  const [head, tail] = headFirst ? [spans.F!, spans.S!] : [spans.S!, spans.F!];
  return { text: words.join(' '), head, tail };
}
