import { afterAll, beforeAll, expect, it } from 'vitest';
import { Philox } from '../../../engine/plan/philox.ts';
import { drawScene } from '../../data/scenes/render-scene.ts';
import { sampleInstance } from '../../data/scenes/scenes-reader.ts';
import { moveCentres, seedCentres } from './k-means.ts';
import { openCodebookTrainer } from './open-codebook-trainer.ts';
import { openVqCodec, type VqCodec } from './open-vq-codec.ts';
import { PATCH_SIZE, patchesOf, pixelsOf, TOKENS } from './patches.ts';

const seed = 'c0'.repeat(32);
let codec: VqCodec;
let file: Uint8Array;
const losses: number[] = [];

beforeAll(async () => {
  const trainer = await openCodebookTrainer({ epochs: 3, patches: 8000 });
  let state = trainer.init(seed);
  for (let epoch = 0; epoch < 3; epoch++) {
    const result = await trainer.epoch(state, epoch, seed);
    state = result.state;
    losses.push(result.metrics.loss!);
  }
  file = trainer.exportModel(state);
  await trainer.close();
  codec = await openVqCodec(file);
});
afterAll(() => codec.close());

const picture = drawScene(sampleInstance('test', 0, 0).scene).pixels;

it('patches are the picture, cut up', () => {
  const patches = new Float32Array(TOKENS * PATCH_SIZE);
  patchesOf(picture, patches);
  expect(pixelsOf(patches)).toEqual(picture);
});

it('each round of Lloyd lowers the error', () => {
  expect(losses).toEqual([...losses].sort((a, b) => b - a));
});

it('the same seed gives the same codebook, in a trainer of its own', async () => {
  const trainer = await openCodebookTrainer({ epochs: 1, patches: 2000, threads: 2 });
  const again = await openCodebookTrainer({ epochs: 1, patches: 2000 });
  const [a, b] = [await trainer.epoch(trainer.init(seed), 0, seed), await again.epoch(again.init(seed), 0, seed)];
  expect(Buffer.from(a.state).equals(Buffer.from(b.state))).toBe(true);
  await Promise.all([trainer.close(), again.close()]);
});

it('tokens that were decoded encode to themselves, or to a code as near', async () => {
  const tokens = await codec.encode([picture]);
  const decoded = codec.decode(tokens);
  expect(codec.decode(await codec.encode([decoded]))).toEqual(decoded);
  const error = picture.reduce((sum, value, i) => sum + (value - decoded[i]!) ** 2, 0) / picture.length;
  expect(10 * Math.log10(255 ** 2 / error)).toBeGreaterThan(20);
});

it("a picture's tokens don't depend on its neighbours", async () => {
  const others = [1, 2, 3].map((index) => drawScene(sampleInstance('test', index, 0).scene).pixels);
  const together = await codec.encode([...others, picture]);
  expect(together.slice(3 * TOKENS)).toEqual(await codec.encode([picture]));
});

it('k-means++ never draws a centre twice while points are left, and means are means', () => {
  const points = Float32Array.from([0, 0, 0, 1, 5, 5, 5, 6]);
  const centres = seedCentres(points, 2, 4, new Philox(1n));
  expect(new Set([0, 1, 2, 3].map((c) => `${centres[2 * c]},${centres[2 * c + 1]}`)).size).toBe(4);
  expect(moveCentres(points, 2, Int32Array.from([0, 0, 1, 1]), new Float32Array([9, 9, 9, 9, 7, 7]))).toEqual(
    Float32Array.from([0, 0.5, 5, 5.5, 7, 7]),
  );
});
