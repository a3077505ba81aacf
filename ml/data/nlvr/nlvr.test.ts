import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sharedData } from '../../../test/shared-data.ts';
import { crop } from '../crop.ts';
import { decodePicture } from '../png.ts';
import type { DatasetRow } from '../reader.ts';
import { renderScene } from '../scenes/render-scene.ts';
import { chooseRows } from '../split.ts';
import { nlvr } from './nlvr-reader.ts';
import { nlvrScene } from './nlvr-scene.ts';

const published = sharedData('nlvr', 'dev');

async function rowsFrom(from: string): Promise<DatasetRow[]> {
  const rows: DatasetRow[] = [];
  for await (const row of nlvr.read({ from })) rows.push(row);
  return rows;
}

describe.skipIf(!published)('the published NLVR folder', () => {
  it('gives 1175 pairs in 87 groups, each told twice', async () => {
    const rows = await rowsFrom(published!);
    expect(rows).toHaveLength(2 * 1175);
    expect(new Set(rows.map((row) => row.group)).size).toBe(87);
    expect(new Set(rows.map((row) => row.id)).size).toBe(rows.length);
    const parts = (['train', 'validation', 'test'] as const).map((part) => chooseRows(rows, { part, splitSeed: 0 }));
    const groups = parts.map((part) => new Set(part.map((row) => row.group)));
    expect(groups.reduce((sum, set) => sum + set.size, 0)).toBe(87);
    expect(parts.map((part) => new Set(part.map((row) => row.meta.instance)).size)).toEqual([603, 158, 414]);
  });

  it('looks like our renderer to 1 pixel in 300', async () => {
    const lines = (await readFile(path.join(published!, 'dev.json'), 'utf8'))
      .trim()
      .split('\n')
      .filter((_, index) => index % 16 === 0);
    let error = 0;
    let off = 0;
    let count = 0;
    for (const line of lines) {
      const row = JSON.parse(line);
      const picture = await decodePicture(
        await readFile(path.join(published!, `images/${row.directory}/dev-${row.identifier}-0.png`)),
      );
      for (const [box, objects] of row.structured_rep.entries()) {
        const real = crop(picture, 150 * box, 0, 100, 100).pixels;
        const drawn = renderScene(nlvrScene(objects)!).pixels;
        for (let i = 0; i < real.length; i++) {
          const difference = Math.abs(real[i]! - drawn[i]!);
          error += difference;
          if (difference > 40) off++;
        }
        count += real.length;
      }
    }
    console.log(
      `mean absolute error ${(error / count).toFixed(3)} levels, ${((100 * off) / count).toFixed(3)} % of numbers more than 40 levels off`,
    );
    expect(error / count).toBeLessThan(0.5);
    expect(off / count).toBeLessThan(1 / 300);
  });
});

describe.skipIf(!published)('a broken NLVR folder', () => {
  let folder: string;
  let lines: string[];
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'nlvr-'));
    lines = (await readFile(path.join(published!, 'dev.json'), 'utf8')).split('\n').slice(0, 4);
    for (const line of lines) {
      const { directory, identifier } = JSON.parse(line);
      await mkdir(path.join(folder, 'images', directory), { recursive: true });
      await cp(
        path.join(published!, `images/${directory}/dev-${identifier}-0.png`),
        path.join(folder, `images/${directory}/dev-${identifier}-0.png`),
      );
    }
  });
  afterAll(() => rm(folder, { recursive: true }));

  const change = (index: number, edit: (row: Record<string, unknown>) => void): string[] =>
    lines.map((line, at) => {
      if (at !== index) return line;
      const row = JSON.parse(line);
      edit(row);
      return JSON.stringify(row);
    });

  it.each([
    ['a broken line', () => [lines[0]!, lines[1]!.slice(0, 50)], 'DATASET_ROW_INVALID', 'dev.json:2'],
    ['a missing field', () => change(1, (row) => delete row.structured_rep), 'DATASET_ROW_INVALID', 'dev.json:2.structured_rep'],
    [
      'a duplicate row',
      () => [...lines, lines[0]!],
      'DATASET_ROW_DUPLICATE',
      'dev.json:5.identifier must be unique (also at dev.json:1)',
    ],
    [
      'a text of 100,000 characters',
      () => change(2, (row) => Object.assign(row, { sentence: 'x'.repeat(100_000) })),
      'DATASET_TEXT_TOO_LONG',
      'dev.json:3.sentence',
    ],
    [
      'an unknown label',
      () => change(3, (row) => Object.assign(row, { label: 'maybe' })),
      'DATASET_LABEL_UNKNOWN',
      'dev.json:4.label',
    ],
    [
      'a missing picture',
      () => change(3, (row) => Object.assign(row, { identifier: '9999-0' })),
      'DATASET_PICTURE_MISSING',
      'dev.json:4',
    ],
  ])('names %s with its line', async (_, edited, code, where) => {
    await writeFile(path.join(folder, 'dev.json'), edited().join('\n'));
    const error = await rowsFrom(folder).catch((caught) => caught);
    expect(error).toMatchObject({ code });
    expect(error.message).toContain(where);
    expect(error.message.length).toBeLessThan(300);
  });
});

it('an unnamed or empty folder is named', async () => {
  await expect(rowsFrom('')).rejects.toMatchObject({ code: 'DATASET_FOLDER_MISSING' });
  await expect(rowsFrom(tmpdir())).rejects.toMatchObject({ code: 'DATASET_FOLDER_MISSING' });
});
