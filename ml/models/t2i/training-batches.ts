import type { Philox } from '../../../engine/plan/philox.ts';
import { readText } from '../../data/scenes/read-text.ts';
import { drawScene } from '../../data/scenes/render-scene.ts';
import { sampleScene } from '../../data/scenes/sample-scene.ts';
import { mentionText, type Scene } from '../../data/scenes/scene-object.ts';
import { clearPairs, type ScenePair } from '../../data/scenes/scene-pair.ts';
import { tokenize } from '../../data/scenes/vocabulary.ts';
import { writeText } from '../../data/scenes/write-text.ts';
import type { StackedBatches } from '../epoch-trainer.ts';
import type { VqCodec } from '../vq-codebook/open-vq-codec.ts';
import { TOKENS } from '../vq-codebook/patches.ts';
import { planTokens } from './plan-tokens.ts';
import { CAPTION, DRAWN, NO_CAPTION, PLAN } from './token-layout.ts';

export const TRAINING_BATCH = 64;
/** 2 to 4 objects: few, so that the two that are named matter. */
const DISTRIBUTION = { counts: [0.55, 0.3, 0.15] };
const EXPLICIT_SHARE = 0.6;
/** Share of captions left out, for classifier-free guidance. Ho and Salimans 2021. */
const DROPPED_SHARE = 0.1;

/** Fresh scenes with texts about a clear pair of theirs: captions [n, 12] and drawn tokens [n, 39]. */
export async function drawTrainingBatches(random: Philox, steps: number, codec: VqCodec): Promise<StackedBatches> {
  const count = steps * TRAINING_BATCH;
  const caption = new Int32Array(count * CAPTION);
  const drawn = new Int32Array(count * DRAWN);
  const pictures: Uint8Array[] = [];
  for (let i = 0; i < count; i++) {
    const { scene, pair } = drawPair(random);
    const { text } = writeText(random, pair, random.uniform() < EXPLICIT_SHARE ? 'explicit' : 'ambiguous');
    caption.set(random.uniform() < DROPPED_SHARE ? NO_CAPTION : tokenize(text), i * CAPTION);
    drawn.set(planTokens(...inTextOrder(text, pair)), i * DRAWN);
    pictures.push(drawScene(scene).pixels);
  }
  const codes = await codec.encode(pictures);
  for (let i = 0; i < count; i++) drawn.set(codes.subarray(i * TOKENS, (i + 1) * TOKENS), i * DRAWN + PLAN);
  return { caption, drawn };
}

function drawPair(random: Philox): { scene: Scene; pair: ScenePair } {
  for (;;) {
    const scene = sampleScene(random, DISTRIBUTION, 'pretraining');
    const pairs = clearPairs(scene);
    if (pairs.length > 0) return { scene, pair: random.choice(pairs) };
  }
}

/** The pair's objects as the text mentions them. */
function inTextOrder(text: string, { head, tail }: ScenePair): [ScenePair['head'], ScenePair['tail']] {
  const first = mentionText(readText(text)!.first);
  return first === mentionText(head) ? [head, tail] : [tail, head];
}
