import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Philox } from '../../../engine/plan/philox.ts';
import { encodePng } from '../../data/index.ts';
import { readText } from '../../data/scenes/read-text.ts';
import { INVERSE, RELATIONS } from '../../data/scenes/relation.ts';
import { drawScene } from '../../data/scenes/render-scene.ts';
import { descriptionIndex } from '../../data/scenes/scene-object.ts';
import { sampleInstance } from '../../data/scenes/scenes-reader.ts';
import { detokenize, EOS } from '../../data/scenes/vocabulary.ts';
import { type MiniClip, openMiniClip } from '../mini-clip/open-mini-clip.ts';
import { openMiniClipTrainer } from '../mini-clip/open-mini-clip-trainer.ts';
import { openCodebookTrainer } from '../vq-codebook/open-codebook-trainer.ts';
import { captionTarget } from './caption-targets.ts';
import { mentionWords } from './captioner.ts';
import { choosePlan } from './choose-plan.ts';
import { type Captioner, openCaptioner } from './open-captioner.ts';
import { openCaptionerTrainer } from './open-captioner-trainer.ts';

const seed = 'ca'.repeat(32);
let codebook: Uint8Array;
let miniClipFile: Uint8Array;
let captionerFile: Uint8Array;
let images: Uint8Array[];

beforeAll(async () => {
  const codebookTrainer = await openCodebookTrainer({ epochs: 1, patches: 2000 });
  codebook = codebookTrainer.exportModel(codebookTrainer.init(seed));
  await codebookTrainer.close();
  const clipTrainer = await openMiniClipTrainer({ codebook, epochs: 2, stepsPerEpoch: 2 });
  miniClipFile = clipTrainer.exportModel((await clipTrainer.epoch(clipTrainer.init(seed), 0, seed)).state);
  await clipTrainer.close();
  const trainer = await openCaptionerTrainer({ codebook, miniClip: miniClipFile, epochs: 2, stepsPerEpoch: 2 });
  captionerFile = trainer.exportModel((await trainer.epoch(trainer.init(seed), 0, seed)).state);
  await trainer.close();
  images = await Promise.all([0, 1, 2, 3].map((index) => encodePng(drawScene(sampleInstance('test', index, 0).scene))));
});

describe('the mini-CLIP', () => {
  let miniClip: MiniClip;
  beforeAll(async () => {
    miniClip = await openMiniClip(miniClipFile);
  });
  afterAll(() => miniClip.close());

  it('gives 134 numbers for a picture and a pair, whatever stands beside it', async () => {
    const items = images.map((image, i) => ({ image, head: 'blue circle', tail: i % 2 ? 'black square' : 'yellow triangle' }));
    const together = await miniClip.pairFeatures(items);
    const [alone] = await miniClip.pairFeatures([items[3]!]);
    expect(together.map((vector) => vector.length)).toEqual([134, 134, 134, 134]);
    expect(alone).toEqual(together[3]);
    expect(together.flatMap((vector) => [...vector]).every(Number.isFinite)).toBe(true);
  });

  it('swaps halves when head and tail are swapped', async () => {
    const [a, b] = await miniClip.pairFeatures([
      { image: images[0]!, head: 'blue circle', tail: 'black square' },
      { image: images[0]!, head: 'black square', tail: 'blue circle' },
    ]);
    expect([...a!.slice(0, 67), ...a!.slice(67)]).toEqual([...b!.slice(67), ...b!.slice(0, 67)]);
  });

  it('names a picture of another size and a mention that it does not know', async () => {
    const image = await encodePng({ width: 100, height: 100, pixels: new Uint8Array(30_000) });
    await expect(miniClip.pairFeatures([{ image, head: 'blue circle', tail: 'black square' }])).rejects.toMatchObject({
      code: 'PICTURE_WRONG_SIZE',
    });
    await expect(
      miniClip.pairFeatures([{ image: images[0]!, head: 'green circle', tail: 'black square' }]),
    ).rejects.toMatchObject({ code: 'MENTION_UNKNOWN' });
  });

  it('trains on bit for bit after a resume', async () => {
    const options = { codebook, epochs: 2, stepsPerEpoch: 2 };
    const one = await openMiniClipTrainer(options);
    const other = await openMiniClipTrainer({ ...options, threads: 2 });
    const first = await one.epoch(one.init(seed), 0, seed);
    const [a, b] = [await one.epoch(first.state, 1, seed), await other.epoch(first.state, 1, seed)];
    expect(Buffer.from(a.state).equals(Buffer.from(b.state))).toBe(true);
    await Promise.all([one.close(), other.close()]);
  });
});

describe('the captioner', () => {
  let captioner: Captioner;
  beforeAll(async () => {
    captioner = await openCaptioner(captionerFile);
  });
  afterAll(() => captioner.close());

  it('captions a picture from its own seed, whatever stands beside it', async () => {
    const items = images.map((image, i) => ({ image, seed: BigInt(i) }));
    const together = await captioner.caption(items);
    expect(await captioner.caption([items[2]!])).toEqual([together[2]]);
    for (const { head, tail, relation } of together) {
      expect(head).not.toBe(tail);
      expect(RELATIONS).toContain(relation);
    }
  });

  it('trains on bit for bit after a resume', async () => {
    const options = { codebook, miniClip: miniClipFile, epochs: 2, stepsPerEpoch: 2 };
    const one = await openCaptionerTrainer(options);
    const other = await openCaptionerTrainer({ ...options, threads: 2 });
    const first = await one.epoch(one.init(seed), 0, seed);
    const [a, b] = [await one.epoch(first.state, 1, seed), await other.epoch(first.state, 1, seed)];
    expect(Buffer.from(a.state).equals(Buffer.from(b.state))).toBe(true);
    await Promise.all([one.close(), other.close()]);
  });

  it('weighs below 2 MB', () => expect(captionerFile.length).toBeLessThan(2_000_000));
});

it('its training text states the relation of its plan, the head as first argument', () => {
  const random = new Philox(8n);
  for (let index = 0; index < 100; index++) {
    const target = captionTarget(sampleInstance('train', index, 0).scene, random)!;
    const text = detokenize(target.nextWords.map((word) => (word < 0 ? EOS : word)));
    const { first, second, relation } = readText(text)!;
    const headIsSecond = text.includes(' with ');
    const told = headIsSecond
      ? { head: second, tail: first, relation: INVERSE[relation!] }
      : { head: first, tail: second, relation };
    expect(target.head).toEqual(mentionWords(descriptionIndex(told.head)));
    expect(target.tail).toEqual(mentionWords(descriptionIndex(told.tail)));
    expect(told.relation).toBe(RELATIONS[target.relation]);
    expect(target.say[0]).toBe(0);
  }
});

it('a plan is drawn above the threshold only, and never pairs a description with itself', () => {
  const say = new Float32Array(81).fill(-3);
  say[0] = 9;
  say[13] = 2;
  const relation = new Float32Array(81 * 4);
  relation[13 * 4 + 2] = 20;
  const random = new Philox(2n);
  for (let n = 0; n < 50; n++)
    expect(choosePlan(say, relation, random, { sayThreshold: 0.7, topP: 0.95 })).toEqual({ head: 1, tail: 4, relation: 2 });
  say[13] = -2;
  expect(choosePlan(say, relation, random, { sayThreshold: 0.7, topP: 0.95 })).toMatchObject({ head: 1, tail: 4 });
});
