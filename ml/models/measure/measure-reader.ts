import { drawScene } from '../../data/scenes/render-scene.ts';
import { sampleInstance } from '../../data/scenes/scenes-reader.ts';
import { readModelFile, tensorsUnder, writeModelFile } from '../model-file.ts';
import { openVqCodec } from '../vq-codebook/open-vq-codec.ts';
import { type Measure, share } from './measure.ts';
import { pairInScene } from './pair-in-scene.ts';
import { readScene } from './read-scene.ts';

/** How often the instrument itself reads a pair of a drawn scene (both there and in their relation): `drawn` as they are, `codebook` after
 *  the generator's own codes. The second is the most that a perfect generator could reach. */
export async function measureReader(textToImage: Uint8Array, count: number, options: { threads: number }): Promise<Measure[]> {
  const codes = tensorsUnder('codebook', readModelFile('tiny-t2i', textToImage));
  const codec = await openVqCodec(writeModelFile('tiny-vq-codebook', codes), options);
  const drawn: boolean[] = [];
  const coded: boolean[] = [];
  for (let i = 0; i < count; i++) {
    const { scene, pair } = sampleInstance('test', i, 1);
    const { pixels } = drawScene(scene);
    const isRead = (picture: Uint8Array): boolean =>
      pairInScene(readScene(picture), pair.head, pair.tail)?.relation === pair.relation;
    drawn.push(isRead(pixels));
    coded.push(isRead(codec.decode(await codec.encode([pixels]))));
  }
  await codec.close();
  return [share('reader.pairRead', 'drawn', drawn), share('reader.pairRead', 'codebook', coded)];
}
