import type { Philox } from '../../../engine/plan/philox.ts';
import { decodePicture } from '../../data/index.ts';
import { readText } from '../../data/scenes/read-text.ts';
import { RELATIONS } from '../../data/scenes/relation.ts';
import { sampleInstance } from '../../data/scenes/scenes-reader.ts';
import { type Slice, writeText } from '../../data/scenes/write-text.ts';
import { type GenerateOptions, openTextToImage } from '../t2i/open-text-to-image.ts';
import { type Measure, share } from './measure.ts';
import { pairInScene } from './pair-in-scene.ts';
import { readScene } from './read-scene.ts';

/** Two pictures of each text about a test pair.
 *  - pairPresent: both named objects are there, each once
 *  - relationShown: and they lie as the text says (explicit texts) or as the scene it was written for does (ambiguous: chance is a quarter)
 *  - relationGivenPair: the same among pictures with the pair
 *  - shareLeft ...: which relation pictures of ambiguous texts show, of those with a clear one */
export async function measureTextToImage(
  file: Uint8Array,
  texts: number,
  random: Philox,
  options: { threads: number } & GenerateOptions,
): Promise<Measure[]> {
  const generator = await openTextToImage(file, options);
  const measures: Measure[] = [];
  for (const slice of ['explicit', 'ambiguous'] as const)
    measures.push(...(await measureSlice(generator, slice, texts, random, options)));
  await generator.close();
  return measures;
}

async function measureSlice(
  generator: Awaited<ReturnType<typeof openTextToImage>>,
  slice: Slice,
  texts: number,
  random: Philox,
  options: GenerateOptions,
): Promise<Measure[]> {
  const asked = Array.from({ length: 2 * texts }, (_, i) => askFor(Math.floor(i / 2), slice, random));
  const pictures = await generator.generate(asked, options);
  const shown = await Promise.all(
    pictures.map(async (picture, i) =>
      pairInScene(readScene((await decodePicture(picture)).pixels), asked[i]!.first, asked[i]!.second),
    ),
  );
  const present = shown.map((pair) => pair !== null);
  const right = shown.map((pair, i) => pair?.relation === asked[i]!.relation);
  const measures = [
    share('t2i.pairPresent', slice, present),
    share('t2i.relationShown', slice, right),
    share(
      't2i.relationGivenPair',
      slice,
      right.filter((_, i) => present[i]),
    ),
  ];
  if (slice === 'explicit') return measures;
  const clear = shown.flatMap((pair) => pair?.relation ?? []);
  return [
    ...measures,
    ...RELATIONS.map((name) =>
      share(
        `t2i.share${name[0]!.toUpperCase()}${name.slice(1)}`,
        slice,
        clear.map((relation) => relation === name),
      ),
    ),
  ];
}

/** A text about a test pair, and what a picture of it should show of its first and second mention. */
function askFor(index: number, slice: Slice, random: Philox) {
  const { pair } = sampleInstance('test', index, 1);
  const { text } = writeText(random, pair, slice, { headFirst: true });
  const { first, second } = readText(text)!;
  const headIsFirst = first.colour === pair.head.colour && first.shape === pair.head.shape;
  const seed = BigInt(random.nextUint32()) * 4294967296n + BigInt(random.nextUint32());
  return { text, seed, first: headIsFirst ? first : second, second: headIsFirst ? second : first, relation: pair.relation };
}
