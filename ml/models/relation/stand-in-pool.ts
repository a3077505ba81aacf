import { Philox } from '../../../engine/plan/philox.ts';
import { RELATIONS, type Relation } from '../../data/scenes/relation.ts';
import { COLOURS, SHAPES } from '../../data/scenes/scene-object.ts';
import { type Slice, writeText } from '../../data/scenes/write-text.ts';
import { encodeText } from './encode-text.ts';
import type { RelationItem } from './relation-item.ts';
import { VIEW_FEATURES } from './sizes.ts';

export interface StandInInstance extends RelationItem {
  slice: Slice;
  sentence: string;
  head: [number, number];
  tail: [number, number];
  /** The vector of a true picture. */
  real: Float32Array;
  /** Whether each view shows the label: what a good teacher finds out. */
  shows: boolean[];
}

/** A made-up world for tests, in which generator and encoder are two lines each: views of explicit texts show the label in 65 of 100
 *  cases, views of ambiguous ones a random relation. Every fifth to second number of a vector is noise. */
export function standInPool(instances: number, viewsEach: number, seed: number): StandInInstance[] {
  const random = new Philox(seed);
  return Array.from({ length: instances }, (_, index) => {
    const relation = random.choice(RELATIONS);
    const slice: Slice = random.uniform() < 0.4 ? 'explicit' : 'ambiguous';
    const mention = () => ({ colour: random.choice(COLOURS), shape: random.choice(SHAPES) });
    const { text, head, tail } = writeText(random, { head: mention(), tail: mention(), relation }, slice);
    const drawn = Array.from({ length: viewsEach }, () =>
      slice === 'explicit' && random.uniform() < 0.53 ? relation : random.choice(RELATIONS),
    );
    const key = `instance-${String(index).padStart(4, '0')}`;
    return {
      key,
      group: key,
      slice,
      sentence: text,
      head,
      tail,
      text: encodeText(text, head, tail),
      label: RELATIONS.indexOf(relation),
      views: drawn.map((shown) => standInVector(random, shown)),
      shows: drawn.map((shown) => shown === relation),
      real: standInVector(random, relation),
    };
  });
}

/** As the encoder lays it out: for head and tail each 64 numbers of appearance, x and y, and a match. */
function standInVector(random: Philox, relation: Relation): Float32Array {
  const vector = random.fillNormal(new Float32Array(VIEW_FEATURES), 0.3);
  const middle = [random.uniform() - 0.5, random.uniform() - 0.5];
  const along = 0.3 + 0.5 * random.uniform();
  const across = (random.uniform() - 0.5) * along;
  const signs = { left: [-1, 0], right: [1, 0], above: [0, -1], below: [0, 1] }[relation] as [number, number];
  const offset = signs[0] !== 0 ? [signs[0] * along, across] : [across, signs[1] * along];
  for (const axis of [0, 1]) {
    vector[64 + axis] = middle[axis]! + offset[axis]!;
    vector[131 + axis] = middle[axis]! - offset[axis]!;
  }
  return vector;
}
