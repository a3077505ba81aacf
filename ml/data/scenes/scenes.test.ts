import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Philox } from '../../../engine/plan/philox.ts';
import { decodePicture } from '../png.ts';
import type { DatasetRow } from '../reader.ts';
import { readText } from './read-text.ts';
import { INVERSE, RELATIONS, relationOf } from './relation.ts';
import { drawScene } from './render-scene.ts';
import { NLVR_LIKE, sampleScene } from './sample-scene.ts';
import { sceneIdentity } from './scene-identity.ts';
import { DESCRIPTIONS, mentionText } from './scene-object.ts';
import { clearPairs } from './scene-pair.ts';
import { partOfScene } from './scene-part.ts';
import { sampleInstance, scenes } from './scenes-reader.ts';
import { detokenize, TEXT_TOKENS, tokenize, VOCABULARY } from './vocabulary.ts';
import { writeText } from './write-text.ts';

async function rowsOf(params: Record<string, unknown>, seed = 0): Promise<DatasetRow[]> {
  const rows: DatasetRow[] = [];
  for await (const row of scenes.read({ seed, params })) rows.push(row);
  return rows;
}

describe('scenes', () => {
  it('gives the same rows and bytes twice, and other rows for another seed', async () => {
    const params = { train: 3, validation: 2, test: 2 };
    expect(await rowsOf(params)).toEqual(await rowsOf(params));
    expect((await rowsOf(params, 1)).map((row) => row.text)).not.toEqual((await rowsOf(params)).map((row) => row.text));
  });

  it('keeps the rows of a smaller dataset when it grows', async () => {
    const small = await rowsOf({ train: 2, validation: 1, test: 1 });
    const large = await rowsOf({ train: 5, validation: 3, test: 2 });
    expect(large).toEqual(expect.arrayContaining(small));
  });

  it('tells every pair twice, once explicitly and once ambiguously', async () => {
    for (const row of await rowsOf({ train: 10, validation: 5, test: 10 })) {
      const meaning = readText(row.text);
      const words = row.text.split(' ');
      expect(words.length).toBeLessThanOrEqual(TEXT_TOKENS);
      expect(words.slice(...row.meta.head.span).join(' ')).toBe(row.meta.head.text);
      expect(words.slice(...row.meta.tail.span).join(' ')).toBe(row.meta.tail.text);
      const headIsFirst = mentionText(meaning!.first) === row.meta.head.text;
      const stated = meaning!.relation && (headIsFirst ? meaning!.relation : INVERSE[meaning!.relation]);
      expect(stated).toBe(row.meta.slice === 'explicit' ? row.meta.label : null);
    }
  });

  it('shares no scene between its parts and the pretraining stream', () => {
    const identities = new Map<string, string>();
    for (const part of ['train', 'validation', 'test'] as const) {
      for (let index = 0; index < 400; index++) {
        const { scene } = sampleInstance(part, index, 0);
        expect(partOfScene(scene)).toBe(part);
        expect(identities.get(sceneIdentity(scene)) ?? part).toBe(part);
        identities.set(sceneIdentity(scene), part);
      }
    }
    const random = new Philox(0n, 7);
    for (let n = 0; n < 2000; n++)
      expect(identities.has(sceneIdentity(sampleScene(random, NLVR_LIKE, 'pretraining')))).toBe(false);
  });

  it('has a label for every clear pair, and the inverse one from the other side', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 2n ** 63n), (seed) => {
        const scene = sampleScene(new Philox(seed), NLVR_LIKE, 'train');
        for (const { head, tail, relation } of clearPairs(scene)) {
          expect(RELATIONS).toContain(relation);
          expect(relationOf(tail, head)).toBe(INVERSE[relation]);
        }
        expect(drawScene(scene).pixels).toHaveLength(24 * 24 * 3);
      }),
      { numRuns: 100 },
    );
  });

  it('decodes its pictures to exactly what was drawn', async () => {
    const [row] = await rowsOf({ train: 1, validation: 0, test: 0 });
    expect(await decodePicture(row!.image!)).toEqual(drawScene(sampleInstance('train', 0, 0).scene));
  });

  it('names a wrong number of instances', async () => {
    await expect(rowsOf({ train: -1 })).rejects.toMatchObject({ code: 'DATASET_PARAMS_INVALID' });
  });
});

describe('the vocabulary', () => {
  it('has 26 words and holds every text that can be written', () => {
    expect(VOCABULARY).toHaveLength(26);
    const random = new Philox(1n);
    for (let n = 0; n < 500; n++) {
      const pair = { head: random.choice(DESCRIPTIONS), tail: random.choice(DESCRIPTIONS), relation: random.choice(RELATIONS) };
      const { text } = writeText(random, pair, n % 2 ? 'explicit' : 'ambiguous');
      expect(detokenize(tokenize(text))).toBe(text);
    }
  });

  it('leaves a hole for an unknown word, so that spans stay valid', () => {
    expect(Array.from(tokenize('A shiny blue circle.')).slice(0, 5)).toEqual([
      VOCABULARY.indexOf('a'),
      0,
      VOCABULARY.indexOf('blue'),
      VOCABULARY.indexOf('circle'),
      0,
    ]);
  });
});
