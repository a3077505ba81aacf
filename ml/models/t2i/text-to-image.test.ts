import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Philox } from '../../../engine/plan/philox.ts';
import { tokenize } from '../../data/scenes/vocabulary.ts';
import { defineInference, openInference, prefixMask, type Tensor, type TensorMap, transformerBlock } from '../../nn/index.ts';
import { readModelFile } from '../model-file.ts';
import { openCodebookTrainer } from '../vq-codebook/open-codebook-trainer.ts';
import { prefillGraph, stepGraph } from './decoding-graphs.ts';
import { KeyValueCache } from './key-value-cache.ts';
import { type GenerateItem, generatorParams, openTextToImage, type TextToImage } from './open-text-to-image.ts';
import { openTextToImageTrainer } from './open-text-to-image-trainer.ts';
import { drawnLogits, embedSequence, HEADS, HIDDEN, LAYERS, WIDTH } from './text-to-image.ts';
import { CAPTION, DRAWN, DRAWN_VOCABULARY, idsAt, POSITIONS } from './token-layout.ts';

const seed = '5e'.repeat(32);
let file: Uint8Array;
let states: Uint8Array[];
let codebook: Uint8Array;

beforeAll(async () => {
  const codebookTrainer = await openCodebookTrainer({ epochs: 1, patches: 2000 });
  codebook = codebookTrainer.exportModel(codebookTrainer.init(seed));
  await codebookTrainer.close();
  const trainer = await openTextToImageTrainer({ codebook, epochs: 2, stepsPerEpoch: 2 });
  states = [trainer.init(seed)];
  for (let epoch = 0; epoch < 2; epoch++) states.push((await trainer.epoch(states[epoch]!, epoch, seed)).state);
  file = trainer.exportModel(states[2]!, { note: 'test' });
  await trainer.close();
});

describe('training the generator', () => {
  it('goes on bit for bit from any epoch, in another process-wide trainer and with more threads', async () => {
    const trainer = await openTextToImageTrainer({ codebook, epochs: 2, stepsPerEpoch: 2, threads: 2 });
    expect(Buffer.from(trainer.init(seed)).equals(Buffer.from(states[0]!))).toBe(true);
    const { state, metrics } = await trainer.epoch(states[1]!, 1, seed);
    await trainer.close();
    expect(Buffer.from(state).equals(Buffer.from(states[2]!))).toBe(true);
    expect(Object.keys(metrics).sort()).toEqual(['gradientNorm', 'loss', 'pictureLoss', 'planLoss', 'relationLoss']);
  });

  it('writes a file of fp16 below 2 MB that carries its codebook', () => {
    expect(file.length).toBeLessThan(2_000_000);
    expect(readModelFile('tiny-t2i', file)['codebook.codes']!.shape).toEqual([512, 48]);
    expect(() => readModelFile('tiny-captioner', file)).toThrow(expect.objectContaining({ code: 'MODEL_WRONG_KIND' }));
  });
});

describe('decoding step by step', () => {
  const ROWS = 3;
  const full = defineInference({
    inputs: [
      { name: 'caption', shape: [ROWS, CAPTION], dtype: 'int32' },
      { name: 'drawn', shape: [ROWS, DRAWN - 1], dtype: 'int32' },
    ],
    forward: (scope, { caption, drawn }) => {
      let state = embedSequence(scope, caption, drawn);
      const mask = prefixMask(scope, POSITIONS, CAPTION);
      for (let i = 0; i < LAYERS; i++)
        state = transformerBlock(scope.child(`block${i}`), state, { heads: HEADS, hidden: HIDDEN, mask });
      return { logits: drawnLogits(scope, state) };
    },
  });

  it('gives the logits of the whole sequence at once', async () => {
    const params: TensorMap = generatorParams(readModelFile('tiny-t2i', file));
    const random = new Philox(3n);
    const caption = Int32Array.from(
      ['a blue circle above a black square', 'a black square and a yellow circle', ''].flatMap((text) => [...tokenize(text)]),
    );
    const drawn = Int32Array.from({ length: ROWS * (DRAWN - 1) }, (_, i) => {
      const [from, to] = idsAt(i % (DRAWN - 1));
      return from + random.int(to - from);
    });
    const whole = await openInference(full, params);
    const { logits } = await whole.run({
      caption: { data: caption, shape: [ROWS, CAPTION] },
      drawn: { data: drawn, shape: [ROWS, DRAWN - 1] },
    });
    const prefill = await openInference(prefillGraph(ROWS), params);
    const step = await openInference(stepGraph(ROWS), params);
    const cache = new KeyValueCache(ROWS);
    const positions = params['position.table']!.data as Float32Array;
    let outputs: Record<string, Tensor> = await prefill.run({ caption: { data: caption, shape: [ROWS, CAPTION] } });
    cache.write(outputs, CAPTION, 0);
    let worst = 0;
    for (let t = 0; t < DRAWN; t++) {
      const got = outputs.logits!.data as Float32Array;
      for (let row = 0; row < ROWS; row++) {
        const at = (row * POSITIONS + CAPTION - 1 + t) * DRAWN_VOCABULARY;
        for (let id = 0; id < DRAWN_VOCABULARY; id++)
          worst = Math.max(worst, Math.abs((logits.data as Float32Array)[at + id]! - got[row * DRAWN_VOCABULARY + id]!));
      }
      if (t === DRAWN - 1) break;
      const position = CAPTION + t;
      const ids = Int32Array.from({ length: ROWS }, (_, row) => drawn[row * (DRAWN - 1) + t]!);
      const place = { data: positions.slice(position * WIDTH, (position + 1) * WIDTH), shape: [WIDTH] };
      outputs = await step.run({ ...cache.feeds(), drawn: { data: ids, shape: [ROWS, 1] }, position: place });
      cache.write(outputs, 1, position);
    }
    expect(worst).toBeLessThan(1e-4);
  });
});

describe('generating', () => {
  let generator: TextToImage;
  beforeAll(async () => {
    generator = await openTextToImage(file);
  });
  afterAll(() => generator.close());

  const item = (text: string, n: number): GenerateItem => ({ text, seed: BigInt(n) });
  const texts = ['a blue circle above a black square', 'a black square and a yellow circle', 'nothing that it knows'];

  it('gives a sample the same picture whatever stands beside it, and in whichever place', async () => {
    const many = Array.from({ length: 66 }, (_, i) => item(texts[i % 3]!, i));
    const together = await generator.generate(many);
    expect(together).toHaveLength(66);
    const [alone] = await generator.generate([many[65]!]);
    expect(Buffer.from(alone!).equals(Buffer.from(together[65]!))).toBe(true);
    const reversed = await generator.generate([...many.slice(0, 10)].reverse());
    expect(reversed.map((png) => Buffer.from(png).toString('base64')).reverse()).toEqual(
      together.slice(0, 10).map((png) => Buffer.from(png).toString('base64')),
    );
  });

  it('draws another picture for another seed, and takes the 64-hex seeds of the engine', async () => {
    const [a, b] = await generator.generate([item(texts[0]!, 1), { text: texts[0]!, seed: 'ab'.repeat(32) }], { temperature: 2 });
    expect(Buffer.from(a!).equals(Buffer.from(b!))).toBe(false);
  });

  it('names a wrong option', async () => {
    await expect(generator.generate([item('', 1)], { guidanceScale: -1 })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });

  it('gives nothing for nothing', async () => {
    expect(await generator.generate([])).toEqual([]);
  });
});
