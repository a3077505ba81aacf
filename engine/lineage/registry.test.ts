import { describe, expect, test } from 'vitest';
import { startEmbedded } from '../../infra/embedded/start.ts';
import { sha256 } from '../plan/digest.ts';
import { adoptExisting } from './adopt-existing.ts';
import { assertFanIn } from './assert-fan-in.ts';
import { datasetRows, findDataset, listDatasets } from './datasets.ts';
import { findVersion } from './find-version.ts';
import { plannedRun } from './fixtures/planned-run.ts';
import { useDatabase } from './fixtures/use-database.ts';
import { findModel, listModels, registerModel } from './models.ts';
import { nodeRows } from './node-rows.ts';
import { type NewDataset, type NewDatasetRow, registerDataset } from './register-dataset.ts';
import { countVersions, datasetVersionsPage } from './registry-pages.ts';

const database = useDatabase(startEmbedded);
const artifact = { digest: sha256('shard'), size: 10, mediaType: 'application/vnd.apache.parquet' };
const root = (payload: string, row: number) => ({ key: sha256(payload), artifact: artifact.digest, row, bytes: payload.length });

/** Two texts that share one picture, each on a page of its own. */
const shared = (name: string, version: string): NewDataset => ({
  name,
  reader: 'nlvr',
  params: {},
  digest: sha256(version),
  artifacts: [artifact],
  rows: 2,
  pages: () => [0, 1].map((index) => [sharedRow(version, index)]),
});

const sharedRow = (version: string, index: number): NewDatasetRow => ({
  index,
  id: `row-${index}`,
  part: null,
  group: 'g',
  meta: { label: 'true' },
  text: { ...root(`${version} text ${index}`, index), text: `${version} text ${index}` },
  image: root('the picture', 2),
});

describe('datasets', () => {
  test('the latest of a name wins, also when an earlier one comes back', async () => {
    expect((await registerDataset(database.db, shared('d', 'v1'))).created).toBe(true);
    await registerDataset(database.db, shared('d', 'v2'));
    expect((await findDataset(database.db, 'd')).digest).toBe(sha256('v2'));
    expect(await registerDataset(database.db, shared('d', 'v1'))).toMatchObject({ created: false, rows: 2 });
    expect((await findDataset(database.db, 'd')).digest).toBe(sha256('v1'));
    expect((await listDatasets(database.db)).filter((dataset) => dataset.name === 'd').length).toBe(1);
    await expect(findDataset(database.db, 'mnre')).rejects.toMatchObject({
      code: 'DATASET_MISSING',
      message: 'dataset "mnre" must be registered, got: d',
    });
  });

  test('a version is found by a name, a digest, or enough of a digest that is nobody’s name', async () => {
    const [one, two] = ['one', 'two'].map((version) => sha256(version)) as [string, string];
    await registerDataset(database.db, shared('v', 'one'));
    await registerDataset(database.db, shared('v', 'two'));
    const found = (given: string) => findVersion(database.db, 'dataset', given);
    expect(await found('v')).toEqual({ name: 'v', digest: two });
    for (const given of [one, one.slice(0, 8)]) expect(await found(given)).toEqual({ name: 'v', digest: one });
    await registerDataset(database.db, shared(one.slice(0, 12), 'three'));
    expect(await found(one.slice(0, 12))).toMatchObject({ digest: sha256('three') });
    for (const given of [one.slice(0, 7), '\0', 'deadbeef'])
      await expect(found(given)).rejects.toMatchObject({ code: 'DATASET_MISSING' });
    await database.db.query(
      `INSERT INTO dataset (name, digest, reader, params, rows) SELECT 'twin', set_byte(digest, 31, get_byte(digest, 31) # 1), reader, params, rows
         FROM dataset WHERE digest = $1`,
      [Buffer.from(one, 'hex')],
    );
    await expect(found(one.slice(0, 62))).rejects.toMatchObject({ code: 'VERSION_AMBIGUOUS' });
    expect(await found(one)).toEqual({ name: 'v', digest: one });
  });

  test('versions of a name come in pages, the latest first', async () => {
    const page = { name: 'v', limit: 1 };
    const [latest] = await datasetVersionsPage(database.db, page);
    const [earlier] = await datasetVersionsPage(database.db, { ...page, after: latest!.id });
    expect([latest, earlier]).toMatchObject([{ digest: sha256('two') }, { digest: sha256('one') }]);
    expect(await datasetVersionsPage(database.db, { ...page, after: earlier!.id })).toEqual([]);
    expect(await countVersions(database.db, 'dataset', 'v')).toBe(2);
  });

  test('rows name their text and their picture', async () => {
    const { id } = await registerDataset(database.db, shared('rows', 'v3'));
    expect(JSON.parse(JSON.stringify(await datasetRows(database.db, id)))).toEqual(
      [0, 1].map((index) => ({
        index,
        id: `row-${index}`,
        part: null,
        group: 'g',
        key: sha256(`v3 text ${index}`),
        meta: { label: 'true' },
        textKey: sha256(`v3 text ${index}`),
        imageKey: sha256('the picture'),
      })),
    );
  });

  test('a picture that two texts share is one sample with two roots', async () => {
    await registerDataset(database.db, shared('two-roots', 'v4'));
    const { runId } = await plannedRun(database.db, { name: 'sharing', rows: 2 });
    await database.db.query('DELETE FROM node_sample');
    await database.db.query('UPDATE node SET cached = 0');
    const texts = [0, 1].map((row) => sha256(`v4 text ${row}`));
    await adoptExisting(
      database.db,
      runId,
      'source',
      texts.flatMap((key, row) => [
        { key, ordinal: 2 * row, rootKey: key },
        { key: sha256('the picture'), ordinal: 2 * row + 1, rootKey: key },
      ]),
    );
    const pictures = await nodeRows(database.db, runId, [{ node: 'source', medium: 'image' }]);
    expect(pictures.map(({ key, rootKey }) => [key, rootKey])).toEqual(texts.map((rootKey) => [sha256('the picture'), rootKey]));
    expect((await nodeRows(database.db, runId, [{ node: 'source', medium: 'text' }])).map((row) => row.key)).toEqual(texts);
    await assertFanIn(database.db, runId, ['source']);
  });
});

describe('models', () => {
  test('the latest of a name wins', async () => {
    const model = {
      name: 'm',
      digest: sha256('m1'),
      adapter: 'tiny',
      files: { 'model.onnx': sha256('f') },
      source: '/somewhere',
      size: 10,
    };
    expect((await registerModel(database.db, model)).created).toBe(true);
    await registerModel(database.db, { ...model, digest: sha256('m2'), licence: 'MIT' });
    expect(await findModel(database.db, 'm')).toMatchObject({ digest: sha256('m2'), licence: 'MIT', files: model.files });
    expect((await registerModel(database.db, model)).created).toBe(false);
    expect((await listModels(database.db)).map((found) => found.digest)).toEqual([sha256('m1')]);
    await expect(findModel(database.db, 'none')).rejects.toMatchObject({ code: 'MODEL_MISSING' });
  });
});
