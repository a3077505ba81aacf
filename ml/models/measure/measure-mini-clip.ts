import { drawScene } from '../../data/scenes/render-scene.ts';
import { descriptionIndex } from '../../data/scenes/scene-object.ts';
import { sampleInstance } from '../../data/scenes/scenes-reader.ts';
import { defineInference, openInference } from '../../nn/index.ts';
import { matches, presence, windowFeatures } from '../mini-clip/mini-clip.ts';
import { PADDED_SIZE, padPixels } from '../mini-clip/padded-pixels.ts';
import { readModelFile } from '../model-file.ts';
import { type Measure, share } from './measure.ts';

/** Whether the encoder knows which of the 9 descriptions are in drawn test pictures. */
export async function measureMiniClip(file: Uint8Array, count: number, options: { threads: number }): Promise<Measure[]> {
  const definition = defineInference({
    inputs: [{ name: 'pixels', shape: [count, PADDED_SIZE], dtype: 'float32' }],
    forward: (scope, { pixels }) => ({ logits: presence(scope, matches(scope, windowFeatures(scope, pixels))) }),
  });
  const model = await openInference(definition, readModelFile('tiny-mini-clip', file), options);
  const data = new Float32Array(count * PADDED_SIZE);
  const present = new Uint8Array(count * 9);
  for (let i = 0; i < count; i++) {
    const { scene } = sampleInstance('test', i, 1);
    padPixels(drawScene(scene).pixels, data, i * PADDED_SIZE);
    for (const object of scene) present[i * 9 + descriptionIndex(object)] = 1;
  }
  const { logits } = await model.run({ pixels: { data, shape: [count, PADDED_SIZE] } });
  await model.close();
  const said = Array.from(logits.data as Float32Array, (logit) => (logit > 0 ? 1 : 0));
  const pairs = said.map((value, i) => ({ value, truth: present[i]! }));
  const right = (cases: typeof pairs): boolean[] => cases.map(({ value, truth }) => value === truth);
  return [
    share('miniClip.presenceAccuracy', 'all', right(pairs)),
    share('miniClip.presenceRecall', 'all', right(pairs.filter(({ truth }) => truth === 1))),
    share('miniClip.presencePrecision', 'all', right(pairs.filter(({ value }) => value === 1))),
  ];
}
