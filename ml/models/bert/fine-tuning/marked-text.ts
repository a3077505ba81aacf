import { HoplineError } from '../../../../engine/plan/errors.ts';
import type { ModelTokenizer } from '../../tokenizer/index.ts';

/** A text in which a pair is asked about. */
export interface MarkedPair {
  readonly words: readonly string[];
  /** Half-open word offsets. */
  readonly head: readonly [number, number];
  readonly tail: readonly [number, number];
}

export interface MarkedText {
  /** The template's [CLS] and [SEP] included. */
  readonly ids: readonly number[];
  /** Where the marks before head and tail stand in `ids`. */
  readonly marks: readonly [number, number];
}

/** Signs that every vocabulary has; those of Zhou and Chen 2022 ("typed entity marker, punct") without the types. */
const MARKS = { head: '@', tail: '#' };

/** A text with a mark before and after each of its two mentions: Soares et al. 2019, "entity markers". A text that is too long loses its end,
 *  or its beginning where the pair stands late.
 *  @param maxLength of `ids` @throws HoplineError OPTION_INVALID, TOKENIZER_TEXT_INVALID */
export function markedText(tokenizer: ModelTokenizer, { words, head, tail }: MarkedPair, maxLength: number): MarkedText {
  requireSpan('head', head, words.length);
  requireSpan('tail', tail, words.length);
  const body: number[] = [];
  const marks = { head: 0, tail: 0 };
  const put = (text: string): void => {
    // Byte-level vocabularies tell a word in a text from one at its beginning by the blank before it; the others pass over it.
    body.push(...tokenizer.encode(body.length > 0 ? ` ${text}` : text, { addSpecialTokens: false }));
  };
  const spans = [
    { role: 'head', span: head },
    { role: 'tail', span: tail },
  ] as const;
  let pending: string[] = [];
  for (let at = 0; at <= words.length; at++) {
    const ending = spans.filter(({ span }) => span[1] === at);
    const beginning = spans.filter(({ span }) => span[0] === at);
    if (pending.length > 0 && ending.length + beginning.length > 0) {
      put(pending.join(' '));
      pending = [];
    }
    for (const { role } of ending) put(MARKS[role]);
    for (const { role } of beginning) {
      marks[role] = body.length;
      put(MARKS[role]);
    }
    if (at < words.length) pending.push(words[at]!);
  }
  if (pending.length > 0) put(pending.join(' '));
  return framed(tokenizer, body, [marks.head, marks.tail], maxLength);
}

/** Cuts to a window in which both marks lie, and puts the template around it. */
function framed(
  { special }: ModelTokenizer,
  body: readonly number[],
  marks: readonly [number, number],
  maxLength: number,
): MarkedText {
  const { cls = special.bos, sep = special.eos } = special;
  if (cls === undefined || sep === undefined)
    throw new HoplineError('MODEL_NOT_SUPPORTED', 'tokenizer_config.json must name cls_token and sep_token, got neither');
  const room = maxLength - 2;
  const [first, last] = [Math.min(...marks), Math.max(...marks)];
  // The second mention is kept with some words of its own.
  const wanted = Math.min(body.length, last + Math.ceil(room / 8));
  const start = wanted <= room ? 0 : Math.min(first, wanted - room);
  const placeOf = (mark: number): number => Math.min(mark - start, room - 1) + 1;
  return { ids: [cls, ...body.slice(start, start + room), sep], marks: [placeOf(marks[0]), placeOf(marks[1])] };
}

function requireSpan(role: string, [from, to]: readonly [number, number], words: number): void {
  if (Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from < to && to <= words) return;
  throw new HoplineError('OPTION_INVALID', `pair.${role} must be half-open offsets within ${words} words, got [${from}, ${to}]`);
}
