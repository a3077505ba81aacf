import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../plan/digest.ts';
import type { FileStore } from './file-store.ts';
import { openStore } from './open-store.ts';

let root: string;
let store: FileStore;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'hopline-store-'));
  store = openStore(pathToFileURL(root).href) as FileStore;
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const objectPath = (digest: string): string => join(root, 'objects', digest.slice(0, 2), digest.slice(2));

async function digests(): Promise<string[]> {
  const found: string[] = [];
  for await (const digest of store.list()) found.push(digest);
  return found;
}

describe('file store', () => {
  it('writes the same bytes once, also when many writers come at once', async () => {
    await Promise.all(Array.from({ length: 8 }, () => store.put(Buffer.from('same'), 'text/plain')));
    expect(await digests()).toHaveLength(1);
    expect(readdirSync(join(root, 'parts'))).toEqual([]);
  });

  it('writes on after its folders were removed', async () => {
    const { digest } = await store.put(Buffer.from('gone with its folder'), 'text/plain');
    rmSync(root, { recursive: true });
    await expect(store.put(Buffer.from('gone with its folder'), 'text/plain')).rejects.toMatchObject({
      code: expect.any(String),
    });
    await store.put(Buffer.from('gone with its folder'), 'text/plain');
    expect(await digests()).toEqual([digest]);
  });

  it('makes a folder that an older store lacks', async () => {
    const digest = sha256('object');
    mkdirSync(join(root, 'objects', digest.startsWith('00') ? '01' : '00'), { recursive: true });
    await store.put(Buffer.from('object'), 'text/plain');
    expect(await digests()).toEqual([digest]);
    expect(readdirSync(join(root, 'objects'))).toHaveLength(256);
  });

  it('names a place that is a file', async () => {
    writeFileSync(join(root, 'file'), '');
    const lost = openStore(pathToFileURL(join(root, 'file')).href);
    await expect(lost.put(Buffer.from('x'), 'text/plain')).rejects.toMatchObject({ code: 'STORE_NOT_A_FOLDER' });
    await expect(lost.get(sha256('x'))).rejects.toMatchObject({ code: 'STORE_NOT_A_FOLDER' });
    await expect(lost.check()).rejects.toMatchObject({ code: 'STORE_NOT_A_FOLDER' });
  });

  it('tells leftovers of dead processes from files that are being written', async () => {
    const parts = join(root, 'parts');
    mkdirSync(parts);
    const dead = spawnSync(process.execPath, ['-e', '']).pid;
    const machine = hostname().replace(/[^\w-]/g, '-');
    writeFileSync(join(parts, `${machine}.${dead}.0123456789ab.part`), 'half');
    writeFileSync(join(parts, `${machine}.${process.pid}.0123456789ab.part`), 'half');
    writeFileSync(join(parts, `another-machine.${dead}.0123456789ab.part`), 'half');
    expect(await store.leftovers()).toEqual([{ name: `parts/${machine}.${dead}.0123456789ab.part`, size: 4 }]);
    expect(await store.removeLeftovers()).toBe(1);
    expect(readdirSync(parts)).toHaveLength(2);
    expect(await digests()).toEqual([]);
  });

  it('a place that can not be written is STORE_READ_ONLY', async (context) => {
    if (!mount(root, 'size=1m,ro')) return context.skip('needs the right to mount a tmpfs');
    try {
      await expect(store.put(Buffer.from('x'), 'text/plain')).rejects.toMatchObject({
        code: 'STORE_READ_ONLY',
        hint: expect.stringContaining('STORE_URL'),
      });
      await expect(store.check()).rejects.toMatchObject({ code: 'STORE_READ_ONLY' });
    } finally {
      execFileSync('umount', [root]);
    }
  });

  it('a place that takes no folders, such as /proc, is STORE_READ_ONLY, and is not tried for ever', async (context) => {
    if (!existsSync('/proc/self')) return context.skip('needs /proc');
    const lost = openStore('file:///proc/hopline/store');
    await expect(lost.check()).rejects.toMatchObject({ code: 'STORE_READ_ONLY' });
    await expect(lost.put(Buffer.from('x'), 'text/plain')).rejects.toMatchObject({ code: 'STORE_READ_ONLY' });
  });

  it('a full disk is STORE_FULL and leaves nothing half-written', async (context) => {
    if (!mount(root, 'size=256k')) return context.skip('needs the right to mount a tmpfs');
    try {
      const small = await store.put(Buffer.from('small'), 'text/plain');
      await expect(store.put(Buffer.alloc(1 << 20, 1), 'text/plain')).rejects.toMatchObject({
        code: 'STORE_FULL',
        permanent: false,
      });
      expect(readdirSync(join(root, 'parts'))).toEqual([]);
      expect(await digests()).toEqual([small.digest]);
      expect(existsSync(dirname(objectPath(small.digest)))).toBe(true);
      await store.put(Buffer.alloc(10_000, 1), 'text/plain');
    } finally {
      execFileSync('umount', [root]);
    }
  });
});

const mount = (at: string, options: string): boolean =>
  spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', at], { stdio: 'ignore' }).status === 0;
