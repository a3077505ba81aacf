import { hashRandom } from '../hash-random.ts';
import type { DatasetRow, RowMention } from '../reader.ts';
import type { Relation } from './relation.ts';
import { type Mention, mentionText } from './scene-object.ts';
import { type Slice, writeText } from './write-text.ts';

export interface PairInstance {
  /** Stable within the dataset. */
  instance: string;
  group: string;
  part?: DatasetRow['part'];
  head: Mention;
  tail: Mention;
  relation: Relation;
  /** PNG, 24x24. */
  image: Uint8Array;
}

/** The two rows of a pair: one explicit, one ambiguous text. `chooseRows` decides which of them take part. */
export function pairRows(pair: PairInstance, seed: number): DatasetRow[] {
  return (['explicit', 'ambiguous'] as const).map((slice) => pairRow(pair, slice, seed));
}

function pairRow({ instance, group, part, head, tail, relation, image }: PairInstance, slice: Slice, seed: number): DatasetRow {
  const written = writeText(hashRandom('text', seed, instance, slice), { head, tail, relation }, slice);
  const mention = (of: Mention, span: [number, number]): RowMention => ({ text: mentionText(of), span });
  return {
    id: `${instance}/${slice}`,
    ...(part ? { part } : {}),
    group,
    text: written.text,
    image,
    meta: { instance, head: mention(head, written.head), tail: mention(tail, written.tail), label: relation, slice },
  };
}
