import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parity as blipParity } from '../../../../test/parity/blip.ts';
import { parity as visionEncoderDecoderParity } from '../../../../test/parity/vit-gpt2.ts';
import { sharedFixture } from '../../../../test/shared-fixture.ts';
import { openBlip } from '../../blip/open-blip.ts';
import { openVisionEncoderDecoder } from '../../vision-encoder-decoder/open-vision-encoder-decoder.ts';
import {
  visionEncoderDecoderFiles as all,
  openVisionEncoderDecoderModel,
} from '../../vision-encoder-decoder/open-vision-encoder-decoder-model.ts';
import type { CaptionItem } from './caption-item.ts';
import { type ImageCaptioner, imageCaptioner } from './image-captioner.ts';

const families = {
  'blip-tiny': { open: openBlip, parity: blipParity },
  'vit-gpt2-tiny': { open: openVisionEncoderDecoder, parity: visionEncoderDecoderParity },
};

const seedOf = (n: number): string => n.toString(16).padStart(2, '0').padEnd(64, '0');

async function itemsOf(folder: string, count: number): Promise<CaptionItem[]> {
  const { cases } = JSON.parse(await readFile(path.join(folder, 'refs', 'cases.json'), 'utf8')) as { cases: { image: string }[] };
  const images = await Promise.all(cases.map(({ image }) => readFile(path.join(folder, 'refs', 'images', image))));
  return Array.from({ length: count }, (_, n) => ({ image: new Uint8Array(images[n % images.length]!), seed: seedOf(n + 1) }));
}

describe.each(Object.entries(families))('%s', (name, { open, parity }) => {
  const folder = sharedFixture(name);
  let captioner: ImageCaptioner | undefined;
  const opened = async (): Promise<ImageCaptioner> => {
    captioner ??= await open(folder!);
    return captioner;
  };
  afterAll(() => captioner?.close());

  it.skipIf(folder === null)('equals the reference', async () => {
    const cases = [];
    for await (const item of parity(folder!)) cases.push(item);
    expect(cases.filter(({ passed }) => !passed)).toEqual([]);
    expect(cases.length).toBeGreaterThan(30);
  });

  it.skipIf(folder === null)('draws the same captions from the same seeds, whatever else is in the batch', async () => {
    const items = await itemsOf(folder!, 11);
    const options = { method: 'sample', topP: 0.95, temperature: 1.5, maxLength: 14 } as const;
    const together = await (await opened()).caption(items, options);
    const alone = [];
    for (const item of items) alone.push(...(await (await opened()).caption([item], options)));
    expect(together).toEqual(alone);
    expect(new Set(together.map((result) => JSON.stringify(result))).size).toBeGreaterThan(8);
    const reversed = await (await opened()).caption(items.toReversed(), options);
    expect(reversed.toReversed()).toEqual(together);
  });

  it.skipIf(folder === null)('fails a bad picture or prompt alone', async () => {
    const [first, second, third] = (await itemsOf(folder!, 3)) as [CaptionItem, CaptionItem, CaptionItem];
    const results = await (await opened()).caption([
      first,
      { ...first, image: new Uint8Array(0) },
      { ...first, prompt: 'half a rocket \ud83d' },
      { ...second, prompt: 'a' },
      { ...first, prompt: 'a '.repeat(200) },
      { ...first, image: new TextEncoder().encode('GIF89a') },
      third,
    ]);
    const codes = results.map((result) => ('code' in result ? result.code : 'text'));
    const expected = ['IMAGE_EMPTY', 'TOKENIZER_TEXT_INVALID', 'text', 'MODEL_PROMPT_TOO_LONG', 'IMAGE_FORMAT', 'text'];
    expect(codes).toEqual(['text', ...expected]);
    expect(results[0]).toEqual((await (await opened()).caption([first]))[0]);
    expect(results[3]).toMatchObject({ text: expect.stringMatching(/^a/) });
  });

  it.skipIf(folder === null)('searches with beams in a batch as alone', async () => {
    const items = await itemsOf(folder!, 5);
    const options = { method: 'beam', beams: 3, maxLength: 12, lengthPenalty: 0.5 } as const;
    const together = await (await opened()).caption(items, options);
    expect(together.slice(1, 2)).toEqual(await (await opened()).caption(items.slice(1, 2), options));
    expect(together[3]).toEqual(together[0]);
  });
});

const folder = sharedFixture('vit-gpt2-tiny');

it.skipIf(folder === null)('keeps the cache of each beam with its beam, in every variant of the decoder', async () => {
  const items = await itemsOf(folder!, 3);
  const { decoder } = all;
  const results = [];
  for (const files of [decoder, { ...decoder, merged: [] }, { ...decoder, merged: [], withPast: [] }]) {
    const captioner = imageCaptioner(await openVisionEncoderDecoderModel(folder!, {}, { ...all, decoder: files }));
    results.push(await captioner.caption(items, { method: 'beam', beams: 4, repetitionPenalty: 1.3, maxLength: 15 }));
    await captioner.close();
  }
  expect(results[1]).toEqual(results[0]);
  expect(results[2]).toEqual(results[0]);
});
