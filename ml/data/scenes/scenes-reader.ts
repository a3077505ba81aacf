import { z } from 'zod';
import { hashRandom } from '../hash-random.ts';
import { encodePng } from '../png.ts';
import type { DatasetReader, DatasetRow } from '../reader.ts';
import { DatasetError } from '../row-error.ts';
import { pairRows } from './pair-rows.ts';
import { drawScene } from './render-scene.ts';
import { NLVR_LIKE, sampleScene } from './sample-scene.ts';
import type { Scene } from './scene-object.ts';
import { clearPairs, type ScenePair } from './scene-pair.ts';

const Params = z.strictObject({
  /** Instances of each part; an instance is one pair in a scene of its own. */
  train: z.int().min(0).max(100_000).default(600),
  validation: z.int().min(0).max(100_000).default(150),
  test: z.int().min(0).max(100_000).default(400),
});

/** The procedural world as a dataset: two rows (explicit, ambiguous) an instance. A larger part begins with the rows of a smaller one. */
export const scenes: DatasetReader = {
  name: 'scenes',
  description: 'Procedural scenes of squares, circles and triangles, with texts about a pair of them',
  async *read({ seed = 0, params = {} }) {
    const counts = readParams(params);
    for (const part of ['train', 'validation', 'test'] as const) {
      for (let index = 0; index < counts[part]; index++) yield* await instanceRows(part, index, seed);
    }
  },
};

async function instanceRows(part: 'train' | 'validation' | 'test', index: number, seed: number): Promise<DatasetRow[]> {
  const instance = `${part}-${String(index).padStart(5, '0')}`;
  const { scene, pair } = sampleInstance(part, index, seed);
  const image = await encodePng(drawScene(scene));
  return pairRows({ instance, group: instance, part, head: pair.head, tail: pair.tail, relation: pair.relation, image }, seed);
}

/** The scene and pair of an instance: a function of its name alone. */
export function sampleInstance(
  part: 'train' | 'validation' | 'test',
  index: number,
  seed: number,
): { scene: Scene; pair: ScenePair } {
  const random = hashRandom('scenes', seed, part, index);
  for (;;) {
    const scene = sampleScene(random, NLVR_LIKE, part);
    const pairs = clearPairs(random.shuffle([...scene]));
    if (pairs.length > 0) return { scene, pair: random.choice(pairs) };
  }
}

function readParams(params: Record<string, unknown>): z.output<typeof Params> {
  const checked = Params.safeParse(params);
  if (checked.success) return checked.data;
  const issue = checked.error.issues[0];
  throw new DatasetError(
    'DATASET_PARAMS_INVALID',
    `scenes.params.${issue?.path.join('.') ?? ''}`,
    `is not valid (${issue?.message ?? ''})`,
    params,
    'params of scenes: train, validation, test (numbers of instances)',
  );
}
