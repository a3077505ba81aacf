import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { encodePng } from '../png.ts';
import type { DatasetRow } from '../reader.ts';
import { jsonl } from './jsonl-reader.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'jsonl-'));
  await writeFile(path.join(folder, 'one.png'), await encodePng({ width: 2, height: 2, pixels: new Uint8Array(12).fill(9) }));
  await writeFile(path.join(folder, 'bad.png'), 'not a picture');
});
afterAll(() => rm(folder, { recursive: true }));

const good = {
  id: 'a',
  text: 'a blue circle above a black square',
  image: 'one.png',
  head: { text: 'blue circle', span: [1, 3] },
  tail: { text: 'black square', span: [5, 7] },
  label: 'above',
};

async function read(...rows: object[]): Promise<DatasetRow[]> {
  await writeFile(path.join(folder, 'rows.jsonl'), rows.map((row) => JSON.stringify(row)).join('\n'));
  const read: DatasetRow[] = [];
  for await (const row of jsonl.read({ from: folder })) read.push(row);
  return read;
}

it('reads rows with their pictures', async () => {
  const [row] = await read(good);
  expect(row).toMatchObject({ id: 'a', group: 'a', text: good.text, meta: { label: 'above', slice: 'all', instance: 'a' } });
  expect(row!.image!.length).toBeGreaterThan(50);
});

it.each([
  ['a duplicate id', [good, good], 'DATASET_ROW_DUPLICATE', 'rows.jsonl:2.id'],
  ['a missing picture', [{ ...good, image: 'two.png' }], 'DATASET_PICTURE_MISSING', 'two.png'],
  ['a picture that is none', [{ ...good, image: 'bad.png' }], 'DATASET_PICTURE_INVALID', 'bad.png'],
  ['a picture outside the folder', [{ ...good, image: '../one.png' }], 'DATASET_ROW_INVALID', 'rows.jsonl:1.image'],
  [
    'a label that is not known',
    [{ ...good, label: 'beside' }],
    'DATASET_LABEL_UNKNOWN',
    'must be one of left, right, above, below, got "beside"',
  ],
  [
    'a span that misses its words',
    [{ ...good, head: { text: 'blue circle', span: [0, 2] } }],
    'DATASET_ROW_INVALID',
    'rows.jsonl:1.head.span',
  ],
  [
    'a text that is too long',
    [{ ...good, text: `${good.text} ${'x'.repeat(10_000)}` }],
    'DATASET_TEXT_TOO_LONG',
    'rows.jsonl:1.text',
  ],
])('names %s', async (_, rows, code, where) => {
  const error = await read(...rows).catch((caught) => caught);
  expect(error).toMatchObject({ code });
  expect(error.message).toContain(where);
});
