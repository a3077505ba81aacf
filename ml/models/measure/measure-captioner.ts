import type { Philox } from '../../../engine/plan/philox.ts';
import { encodePng } from '../../data/index.ts';
import { readText, type TextMeaning } from '../../data/scenes/read-text.ts';
import { drawScene } from '../../data/scenes/render-scene.ts';
import { sampleInstance } from '../../data/scenes/scenes-reader.ts';
import { openCaptioner } from '../captioner/open-captioner.ts';
import { type Measure, share } from './measure.ts';
import { pairInScene } from './pair-in-scene.ts';

/** Captions of drawn test pictures, read back by the grammar and held against the scene.
 *  - pairRight: both named objects are there, each once
 *  - relationGivenPair: and lie as the caption says, among pairs with a clear relation */
export async function measureCaptioner(
  file: Uint8Array,
  count: number,
  random: Philox,
  options: { threads: number },
): Promise<Measure[]> {
  const captioner = await openCaptioner(file, options);
  const scenes = Array.from({ length: count }, (_, i) => sampleInstance('test', i, 1).scene);
  const items = [];
  for (const scene of scenes) items.push({ image: await encodePng(drawScene(scene)), seed: BigInt(random.nextUint32()) });
  const captions = await captioner.caption(items);
  await captioner.close();
  const meanings = captions.map(({ text }) => readText(text));
  const truths = scenes.map((scene, i) => truthOf(scene, meanings[i]!));
  const told = truths.flatMap((truth, i) => (truth?.relation ? [truth.relation === meanings[i]!.relation] : []));
  return [
    share(
      'captioner.pairRight',
      'all',
      truths.map((truth) => truth !== null),
    ),
    share('captioner.relationGivenPair', 'all', told),
  ];
}

const truthOf = (scene: Parameters<typeof pairInScene>[0], meaning: TextMeaning | null) =>
  meaning && pairInScene(scene, meaning.first, meaning.second);
