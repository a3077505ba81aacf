import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEmbedded } from '../../infra/embedded/start.ts';
import { type Db, datasetRows, findDataset, listDatasets, locate, migrate, openDb } from '../lineage/index.ts';
import { canonicalJson, digestJson, digestSet, sha256 } from '../plan/digest.ts';
import { contentDigest } from '../plan/keys.ts';
import type { Reader, ReaderRow } from '../plan/project.ts';
import { openStore } from '../store/open-store.ts';
import { readSampleRows } from '../store/read-sample-shard.ts';
import type { Store } from '../store/store.ts';
import { registerDataset } from './register-dataset.ts';

let db: Db;
let store: Store;
let stop: () => Promise<void>;

beforeAll(async () => {
  const home = mkdtempSync(join(tmpdir(), 'hopline-data-'));
  const embedded = await startEmbedded({ home, durable: false, services: ['postgres'] });
  await migrate(embedded.databaseUrl!);
  db = openDb(embedded.databaseUrl!);
  store = openStore(`file://${join(home, 'store')}`);
  stop = async () => {
    await db.close();
    await embedded.stop();
    rmSync(home, { recursive: true, force: true });
  };
});
afterAll(() => stop?.());

const reader = (rows: readonly ReaderRow[]): Reader => ({
  name: 'rows',
  description: '',
  async *read() {
    yield* rows;
  },
});
const row = (index: number, more: Partial<ReaderRow> = {}): ReaderRow => ({
  id: `r${index}`,
  part: 'train',
  group: `g${index}`,
  text: `text ${index}`,
  meta: { index },
  ...more,
});
const png = async (red: number): Promise<Uint8Array> =>
  new Uint8Array(
    await sharp({ create: { width: 2, height: 2, channels: 3, background: { r: red, g: 0, b: 0 } } })
      .png()
      .toBuffer(),
  );

test('texts and pictures become root samples whose key is their content, and can be read back from their shard', async () => {
  const image = await png(1);
  const registered = await registerDataset(
    { db, store },
    { name: 'both', reader: reader([row(0, { image }), row(1, { image, part: 'test' })]) },
  );
  expect(registered).toMatchObject({ name: 'both', rows: 2, parts: { train: 1, test: 1 }, created: true });
  const rows = await datasetRows(db, (await findDataset(db, 'both')).id);
  expect(rows.map(({ id, part, imageKey }) => [id, part, imageKey])).toEqual([
    ['r0', 'train', sha256(image)],
    ['r1', 'test', sha256(image)],
  ]);
  const place = (await locate(db, [rows[0]!.textKey!, sha256(image)])) as ReadonlyMap<string, { artifact: string; row: number }>;
  const picture = place.get(sha256(image))!;
  expect((await readSampleRows(store, picture.artifact, [picture.row], ['image']))[0]!.image).toEqual(image);
  const text = place.get(rows[0]!.textKey!)!;
  expect((await readSampleRows(store, text.artifact, [text.row], ['text', 'meta', 'rootKey']))[0]).toEqual({
    text: 'text 0',
    meta: '{"index":0}',
    rootKey: rows[0]!.textKey,
  });
});

test('registering the same rows again changes nothing, other rows are a new version under the same name', async () => {
  const first = await registerDataset({ db, store }, { name: 'twice', reader: reader([row(0), row(1)]) });
  expect(await registerDataset({ db, store }, { name: 'twice', reader: reader([row(0), row(1)]) })).toEqual({
    ...first,
    created: false,
  });
  const more = await registerDataset({ db, store }, { name: 'twice', reader: reader([row(0), row(1), row(2)]) });
  expect(more).toMatchObject({ rows: 3, created: true });
  expect((await findDataset(db, 'twice')).digest).toBe(more.digest);
});

test('thousands of rows go into several shards', async () => {
  const rows = [...Array(2500).keys()].map((index) => row(index + 10_000));
  const pages: number[] = [];
  expect(
    await registerDataset({ db, store }, { name: 'large', reader: reader(rows), onRows: (count) => pages.push(count) }),
  ).toMatchObject({ rows: 2500 });
  expect(pages).toEqual([1000, 2000]);
  const places = await locate(
    db,
    (await datasetRows(db, (await findDataset(db, 'large')).id)).map(({ key }) => key),
  );
  expect(new Set([...places.values()].map((place) => place.artifact)).size).toBe(3);
});

test('its digest is that of the set of its rows, whatever their order, and samples that rows far apart share are written once', async () => {
  const image = await png(7);
  const rows = [...Array(1500).keys()].map((index) => row(index + 50_000, index % 1400 === 0 ? { image } : {}));
  const { digest } = await registerDataset({ db, store }, { name: 'shared', reader: reader(rows) });
  const expected = rows.map(({ id, part, group, meta, text, image: picture }) =>
    digestJson({
      id,
      part: part!,
      group,
      meta,
      text: contentDigest(text!, canonicalJson(meta)),
      image: picture ? sha256(picture) : null,
    }),
  );
  expect(digest).toBe(digestSet(expected));
  expect((await registerDataset({ db, store }, { name: 'shared', reader: reader(rows.toReversed()) })).digest).toBe(digest);
  const stored = await datasetRows(db, (await findDataset(db, 'shared')).id);
  expect(stored.flatMap(({ index, imageKey }) => (imageKey ? [[index, imageKey]] : []))).toEqual([
    [0, sha256(image)],
    [1400, sha256(image)],
  ]);
  const shards = new Set(
    [
      ...(
        await locate(
          db,
          stored.map(({ key }) => key),
        )
      ).values(),
    ].map((place) => place.artifact),
  );
  const kept = await Promise.all(
    [...shards].map(async (shard) => (await readSampleRows(store, shard, undefined, ['key'])).length),
  );
  expect(kept.reduce((sum, count) => sum + count, 0)).toBe(1501);
});

const bad: [string, ReaderRow[], string, RegExp][] = [
  ['the same id twice', [row(0), row(1, { id: 'r0' })], 'DATASET_DUPLICATE_ROWS', /id r0/],
  ['the same row under two ids', [row(0), row(0, { id: 'other' })], 'DATASET_DUPLICATE_ROWS', /row r0 and row other/],
  [
    'the same row far behind the first',
    [...Array.from({ length: 5_100 }, (_, index) => row(index)), row(5_050, { id: 'again' })],
    'DATASET_DUPLICATE_ROWS',
    /row r5050 and row again/,
  ],
  ['an empty text', [row(0), row(1, { text: '' })], 'DATASET_ROW_INVALID', /row 2 \(id "r1"\)/],
  ['a text of 100,000 characters', [row(0, { text: 'a'.repeat(100_000) })], 'DATASET_TEXT_TOO_LONG', /got 100000/],
  ['a picture that is none', [row(0, { image: new Uint8Array([1, 2, 3]) })], 'DATASET_PICTURE_INVALID', /row 1/],
  ['neither text nor picture', [{ id: 'r', group: 'g', meta: {} }], 'DATASET_ROW_INVALID', /text or an image/],
  ['no rows', [], 'DATASET_EMPTY', /must have rows/],
];

test.each(bad)('%s is refused by name, and nothing is registered', async (_what, rows, code, message) => {
  await expect(registerDataset({ db, store }, { name: 'bad', reader: reader(rows) })).rejects.toMatchObject({
    code,
    message: expect.stringMatching(message),
  });
  expect((await listDatasets(db)).some((dataset) => dataset.name === 'bad')).toBe(false);
});

test('a name that no command could type is refused', async () => {
  await expect(registerDataset({ db, store }, { name: 'two words', reader: reader([row(0)]) })).rejects.toMatchObject({
    code: 'DATASET_NAME_INVALID',
  });
});
