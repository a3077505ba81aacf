import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Digest, sha256 } from '../plan/digest.ts';
import { checkStore } from './check-store.ts';
import { startS3 } from './fixtures/start-s3.ts';
import { versitygwProgram } from './fixtures/versitygw-program.ts';
import { openStore } from './open-store.ts';
import type { Store } from './store.ts';

interface House {
  store: Store;
  /** Where the object's bytes lie on this machine. */
  pathOf(digest: Digest): string;
  stop(): Promise<void>;
}

const pathUnder = (folder: string) => (digest: Digest) => join(folder, 'objects', digest.slice(0, 2), digest.slice(2));

async function fileHouse(folder: string): Promise<House> {
  return { store: openStore(pathToFileURL(folder).href), pathOf: pathUnder(folder), stop: async () => {} };
}

async function s3House(folder: string): Promise<House> {
  const server = await startS3({ folder });
  const store = openStore(server.url, server.env);
  return { store, pathOf: pathUnder(join(server.bucketFolder, 'store')), stop: server.stop };
}

const kinds = [
  { name: 'file store', open: fileHouse, skip: false },
  { name: 'S3 store', open: s3House, skip: !versitygwProgram() },
];

describe.each(kinds)('a store: $name', ({ open, skip }) => {
  const folder = mkdtempSync(join(tmpdir(), 'hopline-store-'));
  let house: House;
  let store: Store;
  beforeAll(async () => {
    if (skip) return;
    house = await open(folder);
    store = house.store;
  });
  afterAll(async () => {
    await house?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it.skipIf(skip)('gives back what was put, under its digest', async () => {
    const ref = await store.put(Buffer.from('a red circle'), 'text/plain');
    expect(ref).toEqual({ digest: sha256('a red circle'), size: 12, mediaType: 'text/plain' });
    expect(Buffer.from(await store.get(ref.digest)).toString()).toBe('a red circle');
    expect(await store.stat(ref.digest)).toEqual({ size: 12 });
    expect(await digests(store)).toEqual([ref.digest]);
    await store.delete(ref.digest);
    await store.delete(ref.digest);
    expect(await store.has(ref.digest)).toBe(false);
    expect(await digests(store)).toEqual([]);
  });

  it.skipIf(skip)('keeps nothing as well as something', async () => {
    const { digest } = await store.put(new Uint8Array(), 'text/plain');
    expect(await store.get(digest)).toHaveLength(0);
    expect(await store.stat(digest)).toEqual({ size: 0 });
  });

  it.skipIf(skip).each([0, 12, 40 << 20])('stores files and gives them back as files: %i bytes', async (size) => {
    const source = join(folder, `source-${size}`);
    const copy = join(folder, `copy-${size}`);
    writeFileSync(source, Buffer.alloc(size, 'hopline file'));
    const digest = sha256(Buffer.alloc(size, 'hopline file'));
    expect(await store.putFile(source, 'text/plain')).toEqual({ digest, size, mediaType: 'text/plain' });
    expect(await store.putFile(source, 'text/plain')).toMatchObject({ digest });
    expect(Buffer.from(await store.get(digest)).equals(Buffer.alloc(size, 'hopline file'))).toBe(true);
    await store.getFile(digest, copy);
    expect(sha256(readFileSync(copy))).toBe(digest);
    await expect(store.getFile(digest, copy)).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(store.getFile(sha256('nothing'), `${copy}-2`)).rejects.toMatchObject({ code: 'OBJECT_MISSING' });
    expect(await digests(store)).toContain(digest);
    await store.delete(digest);
    expect(await store.leftovers()).toEqual([]);
  });

  it.skipIf(skip)('replaces a rotten object by the file that is put, and makes no file of one', async () => {
    const source = join(folder, 'sound');
    writeFileSync(source, 'sound words');
    const { digest } = await store.putFile(source, 'text/plain');
    rmSync(house.pathOf(digest));
    writeFileSync(house.pathOf(digest), 'sound wards');
    await expect(store.getFile(digest, join(folder, 'rotten'))).rejects.toMatchObject({ code: 'OBJECT_CORRUPT' });
    expect(existsSync(join(folder, 'rotten'))).toBe(false);
    await store.putFile(source, 'text/plain');
    expect(Buffer.from(await store.get(digest)).toString()).toBe('sound words');
    await store.delete(digest);
  });

  it.skipIf(skip)('gives ranges, cut where the object ends', async () => {
    const { digest } = await store.put(Buffer.from('0123456789'), 'text/plain');
    const range = async (start: number, end: number) => Buffer.from(await store.getRange(digest, start, end)).toString();
    expect(await range(2, 5)).toBe('234');
    expect(await range(8, 50)).toBe('89');
    expect(await range(20, 30)).toBe('');
    expect(await range(4, 4)).toBe('');
  });

  it.skipIf(skip)('holds the same bytes once, also when many writers come at once', async () => {
    const before = (await digests(store)).length;
    await Promise.all(Array.from({ length: 8 }, () => store.put(Buffer.from('same'), 'text/plain')));
    expect(await digests(store)).toHaveLength(before + 1);
    expect(Buffer.from(await store.get(sha256('same'))).toString()).toBe('same');
  });

  it.skipIf(skip)('never hands out bytes that are not those of the digest, and a put heals them', async () => {
    const { digest } = await store.put(Buffer.from('good'), 'text/plain');
    const path = house.pathOf(digest);
    const heal = async (): Promise<void> => {
      await expect(store.get(digest)).rejects.toMatchObject({ code: 'OBJECT_CORRUPT' });
      await store.put(Buffer.from('good'), 'text/plain');
      expect(Buffer.from(await store.get(digest)).toString()).toBe('good');
    };
    chmodSync(path, 0o644);
    writeFileSync(path, 'gooe');
    await heal();
    chmodSync(path, 0o644);
    truncateSync(path, 3);
    await heal();
  });

  it.skipIf(skip)('names what is missing and refuses what is no digest', async () => {
    await expect(store.get(sha256('nothing'))).rejects.toMatchObject({ code: 'OBJECT_MISSING', permanent: true });
    await expect(store.getRange(sha256('nothing'), 0, 1)).rejects.toMatchObject({ code: 'OBJECT_MISSING' });
    expect(await store.stat(sha256('nothing'))).toBeNull();
    await expect(store.get('../../etc/passwd')).rejects.toMatchObject({ code: 'DIGEST_INVALID' });
    await expect(store.put(Buffer.from('x'), 'text/plain').then(() => store.has('..'))).rejects.toMatchObject({
      code: 'DIGEST_INVALID',
    });
  });

  it.skipIf(skip)('shows sizes and ages, makes an object young that is put again, and deletes only what is older', async () => {
    const { digest } = await store.put(Buffer.from('aged'), 'text/plain');
    const path = house.pathOf(digest);
    const yesterday = new Date(Date.now() - 24 * 3_600_000);
    const age = (): void => utimesSync(path, yesterday, yesterday);
    const shown = async () => (await objects(store)).find((object) => object.digest === digest);
    age();
    expect(await shown()).toMatchObject({ size: 4 });
    expect(Math.abs((await shown())!.modifiedAt.getTime() - yesterday.getTime())).toBeLessThan(1_000);

    await store.put(Buffer.from('aged'), 'text/plain');
    expect(Date.now() - statSync(path).mtimeMs).toBeLessThan(60_000);

    const cut = new Date(Date.now() - 3_600_000);
    expect(await store.deleteOlder(digest, cut)).toBe('young');
    expect(Buffer.from(await store.get(digest)).toString()).toBe('aged');
    age();
    expect(await store.deleteOlder(digest, cut)).toBe('deleted');
    expect(await store.has(digest)).toBe(false);
    expect(await store.deleteOlder(digest, cut)).toBe('absent');
    expect(await store.leftovers()).toEqual([]);
  });

  it.skipIf(skip)('finds nothing wrong with itself and leaves nothing of the look', async () => {
    const before = await digests(store);
    await store.check();
    expect(await digests(store)).toEqual(before);
    expect(await store.removeLeftovers()).toBe(0);
  });
});

describe('the URL of a store', () => {
  it('is file:// or s3://, and never holds a password', async () => {
    expect(openStore('s3://bucket/a/b').url).toBe('s3://bucket/a/b');
    for (const url of ['', 'file://relative', 'http://bucket', 's3://', 's3://Big_Bucket/x', 's3://bucket?x=1']) {
      expect(() => openStore(url)).toThrowError(expect.objectContaining({ code: 'STORE_URL_UNSUPPORTED' }));
    }
    await expect(checkStore('s3://user:pa$$word@bucket/prefix')).rejects.toMatchObject({
      code: 'STORE_URL_UNSUPPORTED',
      message: expect.not.stringContaining('pa$$word'),
    });
  });
});

async function digests(store: Store): Promise<Digest[]> {
  return (await objects(store)).map(({ digest }) => digest);
}

async function objects(store: Store) {
  const found = [];
  for await (const object of store.objects()) found.push(object);
  return found;
}
