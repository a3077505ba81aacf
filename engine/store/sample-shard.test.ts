import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../plan/digest.ts';
import { openStore } from './open-store.ts';
import { decodeSampleShard, readSampleRows } from './read-sample-shard.ts';
import type { SampleRow, ScoreRow } from './sample-row.ts';
import { decodeScoreShard, readScoreRows, writeScoreShard } from './score-shard.ts';
import { writeSampleShard } from './write-sample-shard.ts';

let folder: string;
let rows: SampleRow[];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hopline-shard-'));
  rows = await Promise.all(Array.from({ length: 5 }, (_, index) => pictureRow(index)));
  rows.push(
    row(5, { medium: 'text', text: 'ein rotes Dreieck, 三角形' }),
    row(6, { medium: 'features', features: Float32Array.of(0.1, -2, 1e-30) }),
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const row = (index: number, payload: Partial<SampleRow>): SampleRow => ({
  key: sha256(`key ${index}`),
  contentDigest: sha256(`content ${index}`),
  medium: 'image',
  text: null,
  image: null,
  features: null,
  meta: '{"label":"above"}',
  chain: index % 4,
  depth: 1,
  hop: 1,
  rootKey: sha256('root'),
  seed: index % 2 ? sha256(`seed ${index}`) : null,
  parents: [{ role: 'text', key: sha256('root') }],
  ...payload,
});

async function pictureRow(index: number): Promise<SampleRow> {
  const image = await sharp({ create: { width: 8, height: 4, channels: 3, background: { r: index * 10, g: 20, b: 30 } } })
    .png()
    .toBuffer();
  return row(index, { image: new Uint8Array(image) });
}

describe('sample shard', () => {
  it('comes back as it was written, by row and column', async () => {
    const store = openStore(pathToFileURL(folder).href);
    const { digest } = await store.put(writeSampleShard(rows), 'application/vnd.apache.parquet');
    expect(await readSampleRows(store, digest)).toEqual(rows);
    expect(await readSampleRows(store, digest, [6, 0], ['key', 'features'])).toEqual([
      { key: rows[6]!.key, features: rows[6]!.features },
      { key: rows[0]!.key, features: null },
    ]);
    await expect(readSampleRows(store, digest, [7], ['key'])).rejects.toThrow('below 7');
  });

  it('has the same bytes whenever it is written', () => {
    expect(sha256(writeSampleShard(rows))).toBe(sha256(writeSampleShard(structuredClone(rows))));
  });

  it('holds no rows as well as one', async () => {
    expect(await decodeSampleShard(writeSampleShard([]), undefined, ['key'])).toEqual([]);
    expect(await decodeSampleShard(writeSampleShard(rows.slice(0, 1)), undefined, ['key', 'image'])).toHaveLength(1);
  });

  it('pyarrow reads it, pictures too', (context) => {
    if (!canImport('pyarrow')) return context.skip('pyarrow is not installed');
    writeFileSync(join(folder, 'shard.parquet'), writeSampleShard(rows));
    const read = JSON.parse(python(readByPyarrow, join(folder, 'shard.parquet')));
    expect(read).toEqual({
      rows: 7,
      images: rows.slice(0, 5).map(({ image }) => sha256(image!)),
      path: `${rows[0]!.key}.png`,
      text: 'ein rotes Dreieck, 三角形',
      features: [Math.fround(0.1), -2, Math.fround(1e-30)],
      chain: [0, 1, 2, 3, 0, 1, 2],
      seed: rows.map(({ seed }) => seed),
    });
  });

  it('load_dataset("parquet") decodes the pictures', (context) => {
    if (!canImport('datasets, PIL')) return context.skip('the Python package datasets is not installed');
    writeFileSync(join(folder, 'shard.parquet'), writeSampleShard(rows));
    const read = JSON.parse(python(readByDatasets, join(folder, 'shard.parquet'), folder));
    expect(read).toEqual({ feature: 'Image', size: [8, 4], pixel: [20, 20, 30], text: rows[5]!.text, none: true });
  });
});

describe('score shard', () => {
  const scores: ScoreRow[] = [0.25, 1 / 3, 0].map((loss, index) => ({
    key: sha256(`score ${index}`),
    sampleKey: rows?.[index]?.key ?? sha256(`key ${index}`),
    loss,
    values: (index ? { 'logProbability.above': -loss } : {}) as Record<string, number>,
  }));

  it('comes back as it was written', async () => {
    const store = openStore(pathToFileURL(folder).href);
    const { digest } = await store.put(writeScoreShard(scores), 'application/vnd.apache.parquet');
    expect(await readScoreRows(store, digest, [1])).toEqual([scores[1]]);
    expect(await decodeScoreShard(await store.get(digest))).toEqual(
      scores.map((score) => ({ ...score, values: plain(score.values) })),
    );
  });
});

/** -0 is 0 in canonical JSON. */
const plain = (values: Record<string, number>): Record<string, number> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value + 0]));

const canImport = (module: string): boolean => spawnSync('python3', ['-c', `import ${module}`], { stdio: 'ignore' }).status === 0;

function python(script: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync('python3', ['-c', script, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

const readByPyarrow = `
import hashlib, json, sys
import pyarrow.parquet as pq
rows = pq.read_table(sys.argv[1]).to_pylist()
print(json.dumps({
  'rows': len(rows),
  'images': [hashlib.sha256(row['image']['bytes']).hexdigest() for row in rows if row['image']],
  'path': rows[0]['image']['path'],
  'text': rows[5]['text'],
  'features': rows[6]['features'],
  'chain': [row['chain'] for row in rows],
  'seed': [row['seed'] for row in rows],
}))
`;

const readByDatasets = `
import json, sys
from datasets import load_dataset
data = load_dataset('parquet', data_files=sys.argv[1], split='train', cache_dir=sys.argv[2])
picture = data[2]['image']
print(json.dumps({
  'feature': type(data.features['image']).__name__,
  'size': list(picture.size),
  'pixel': list(picture.getpixel((3, 3))),
  'text': data[5]['text'],
  'none': data[5]['image'] is None,
}))
`;
