import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { openStore } from '../store/open-store.ts';
import { PARQUET } from '../store/parquet-file.ts';
import type { SampleRow } from '../store/sample-row.ts';
import { writeSampleShard } from '../store/write-sample-shard.ts';
import { ShardReader } from './shard-reader.ts';

const root = mkdtempSync(join(tmpdir(), 'shard-reader-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const store = openStore(pathToFileURL(root).href);

const row = (text: string): SampleRow => ({
  key: 'a'.repeat(64),
  contentDigest: 'b'.repeat(64),
  medium: 'text',
  text,
  image: null,
  features: null,
  meta: '{"tokens":3}',
  chain: 0,
  depth: 1,
  hop: 1,
  rootKey: 'c'.repeat(64),
  seed: '7',
  parents: [],
});

test('a shard that was kept reads like the stored one, and needs no store any more', async () => {
  const rows = [row('two dogs, 我, \u{1f436}'), row('')];
  const { digest, size } = await store.put(writeSampleShard(rows), PARQUET);
  const stored = await new ShardReader(store, 1e6).samples(digest);
  await store.delete(digest);
  const reader = new ShardReader(store, 1e6);
  reader.keep(digest, rows, size);
  expect(await reader.samples(digest)).toEqual(stored);
});

test('a text that UTF-8 can not hold is read as it was stored', async () => {
  const rows = [row('half a pair: \ud83d')];
  const { digest, size } = await store.put(writeSampleShard(rows), PARQUET);
  const reader = new ShardReader(store, 1e6);
  reader.keep(digest, rows, size);
  expect(await reader.samples(digest)).toEqual(await new ShardReader(store, 1e6).samples(digest));
});
