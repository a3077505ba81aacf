import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { boxDownscale } from '../box-downscale.ts';
import { crop } from '../crop.ts';
import { hashUniform } from '../hash-random.ts';
import { type JsonLine, readJsonLines } from '../json-lines.ts';
import type { Picture } from '../picture.ts';
import { encodePng } from '../png.ts';
import { decodePictureOf, readPictureBytes } from '../read-picture.ts';
import type { DatasetReader, DatasetRow } from '../reader.ts';
import { DatasetError } from '../row-error.ts';
import { pairRows } from '../scenes/pair-rows.ts';
import { INVERSE } from '../scenes/relation.ts';
import { PICTURE_SIDE } from '../scenes/render-scene.ts';
import { sceneIdentity } from '../scenes/scene-identity.ts';
import { descriptionIndex, type Scene } from '../scenes/scene-object.ts';
import { clearPairs, type ScenePair } from '../scenes/scene-pair.ts';
import { assertTextLength } from '../text-limit.ts';
import { UniqueIds } from '../unique-ids.ts';
import { isTower, NlvrLine, nlvrScene } from './nlvr-scene.ts';

type Line = JsonLine<z.output<typeof NlvrLine>>;

/** Boxes of an image stand side by side at these x, 100 pixels wide. */
const BOX_X = [0, 150, 300];
const BOX_SIDE = 100;

/** NLVR's development set as relation instances: the pairs of its boxes by published geometry, on the published pictures
 *  (`-0.png`: the boxes in the order of dev.json). A group is a scene set, the number before `-` in the identifier. */
export const nlvr: DatasetReader = {
  name: 'nlvr',
  description: 'NLVR development set (dev.json + images/): relations of pairs in the published pictures',
  async *read({ from, seed = 0 }) {
    const lines = await readJsonLines(from, 'dev.json', NlvrLine);
    assertLines(lines);
    const seen = new Set<string>();
    for (const line of lines) {
      const picture = await readBoxes(from!, line);
      for (const [box, objects] of line.value.structured_rep.entries()) {
        const scene = sceneOf(line, box, objects);
        const identity = sceneIdentity(scene);
        if (scene.length < 2 || scene.length > 5 || isTower(scene) || seen.has(identity)) continue;
        seen.add(identity);
        yield* await boxRows(
          line.value.identifier.split('-')[0]!,
          scene,
          crop(picture, BOX_X[box]!, 0, BOX_SIDE, BOX_SIDE),
          seed,
        );
      }
    }
  },
};

/** Everything that can be said without a picture, so that a broken file fails before anything is yielded. */
function assertLines(lines: Line[]): void {
  const identifiers = new UniqueIds();
  for (const { value, where } of lines) {
    identifiers.add(value.identifier, where, 'identifier');
    assertTextLength(value.sentence, `${where}.sentence`);
    if (value.label === 'true' || value.label === 'false') continue;
    throw new DatasetError('DATASET_LABEL_UNKNOWN', `${where}.label`, 'must be "true" or "false"', value.label);
  }
}

async function readBoxes(from: string, { value, where }: Line): Promise<Picture> {
  const file = `images/${value.directory}/dev-${value.identifier}-0.png`;
  const picture = await decodePictureOf(await readPictureBytes(from, file, where), file, where);
  if (picture.width === 400 && picture.height === 100) return picture;
  throw new DatasetError(
    'DATASET_PICTURE_INVALID',
    `${where}.identifier`,
    `must have a picture of 400x100 pixels (${file})`,
    `${picture.width}x${picture.height}`,
  );
}

function sceneOf(line: Line, box: number, objects: z.output<typeof NlvrLine>['structured_rep'][number]): Scene {
  const scene = nlvrScene(objects);
  if (scene) return scene;
  throw new DatasetError(
    'DATASET_ROW_INVALID',
    `${line.where}.structured_rep.${box}`,
    'must have the colours Black, Yellow and #0099ff only',
    objects.map((o) => o.color),
  );
}

async function boxRows(group: string, scene: Scene, box: Picture, seed: number): Promise<DatasetRow[]> {
  const pairs = clearPairs([...scene].sort((a, b) => descriptionIndex(a) - descriptionIndex(b)));
  if (pairs.length === 0) return [];
  const image = await encodePng(boxDownscale(box, PICTURE_SIDE));
  const name = createHash('sha256').update(sceneIdentity(scene)).digest('hex').slice(0, 10);
  return pairs.flatMap((pair) => pairRows({ ...orient(pair, name, seed), group, image }, seed));
}

/** One random orientation of a pair; it depends on the scene and the pair alone. */
function orient(
  pair: ScenePair,
  scene: string,
  seed: number,
): { instance: string; head: ScenePair['head']; tail: ScenePair['tail']; relation: ScenePair['relation'] } {
  const words = (of: ScenePair['head']): string => `${of.colour}-${of.shape}`;
  const name = `${scene}/${words(pair.head)}/${words(pair.tail)}`;
  const flipped = hashUniform('orientation', seed, name) < 0.5;
  const { head, tail } = flipped ? { head: pair.tail, tail: pair.head } : pair;
  return {
    instance: `${scene}/${words(head)}/${words(tail)}`,
    head,
    tail,
    relation: flipped ? INVERSE[pair.relation] : pair.relation,
  };
}
