import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { startEmbedded } from '../../infra/embedded/start.ts';
import { useDatabase } from '../lineage/fixtures/use-database.ts';
import { findDataset, listDatasets } from '../lineage/index.ts';
import type { Project, Reader } from '../plan/project.ts';
import { openStore } from '../store/open-store.ts';
import { registerDataset } from './register-dataset.ts';
import { withShippedDatasets } from './with-shipped-datasets.ts';

const database = useDatabase(startEmbedded);
const folder = mkdtempSync(join(tmpdir(), 'hopline-shipped-'));
const store = openStore(pathToFileURL(folder).href);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const readerOf = (text: string): Reader => ({
  name: 'rows',
  description: 'one row',
  async *read() {
    yield { id: 'a', group: 'a', text, meta: {} };
  },
});
const project: Project = {
  pipelines: new Map(),
  readers: new Map([['rows', readerOf('shipped words')]]),
  adapters: new Map(),
  models: [],
  datasets: [{ name: 'shipped', reader: 'rows' }],
};

test('a dataset that ships is registered when it is asked for, by many at once, and one of a user keeps its name', async () => {
  const { db } = database;
  const services = { db, store, project };
  const find = (name: string, digest?: string) => withShippedDatasets(services, () => findDataset(db, name, digest));
  await expect(find('unknown')).rejects.toMatchObject({ code: 'DATASET_MISSING' });
  await expect(find('shipped', 'ab'.repeat(32))).rejects.toMatchObject({ code: 'DATASET_MISSING' });
  expect(await listDatasets(db)).toEqual([]);
  const found = await Promise.all([find('shipped'), find('shipped'), find('shipped')]);
  expect(new Set(found.map(({ digest }) => digest)).size).toBe(1);
  expect(found[0]).toMatchObject({ name: 'shipped', reader: 'rows', rows: 1 });
  const own = await registerDataset({ db, store }, { name: 'shipped', reader: readerOf('my own words') });
  expect((await find('shipped')).digest).toBe(own.digest);
  expect(own.digest).not.toBe(found[0]!.digest);
});
