import { INVERSE, type Relation } from './relation.ts';
import { COLOURS, type Mention, SHAPES } from './scene-object.ts';

/** What a text of the tiny world says: its first two mentions and, where it states one, the relation of the first to the second. */
export interface TextMeaning {
  first: Mention;
  second: Mention;
  relation: Relation | null;
}

const SYNONYMS: Readonly<Record<string, Relation>> = {
  left: 'left',
  right: 'right',
  above: 'above',
  over: 'above',
  below: 'below',
  under: 'below',
};

/** Reads the grammar of `write-text.ts` back; null when there are not two mentions. In `a S with a F R it` the relation is that of the
 *  second mention to the first, so it is inverted. */
export function readText(text: string): TextMeaning | null {
  const words = text.split(' ');
  const mentions: Mention[] = [];
  for (let i = 0; i + 1 < words.length; i++) {
    const colour = COLOURS.find((name) => name === words[i]);
    const shape = SHAPES.find((name) => name === words[i + 1]);
    if (colour && shape) mentions.push({ colour, shape });
  }
  const [first, second] = mentions;
  if (!first || !second) return null;
  const stated = words.map((word) => SYNONYMS[word]).find((relation) => relation);
  if (!stated) return { first, second, relation: null };
  return { first, second, relation: words.includes('with') ? INVERSE[stated] : stated };
}
