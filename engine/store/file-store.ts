import { closeSync, constants, fsync, openSync, renameSync, statSync, utimesSync, writeSync } from 'node:fs';
import { chmod, copyFile, link, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { crashPoint } from '../faults/crash-point.ts';
import { type Digest, sha256 } from '../plan/digest.ts';
import { fileDigest } from './file-digest.ts';
import type { ArtifactRef, Leftover, Store, StoredObject } from './store.ts';
import { digestInvalid, fileChanged, objectCorrupt, readFailed, writeFailed } from './store-errors.ts';
import { makeStoreFolders, syncFolder } from './store-folders.ts';
import { isLeftover, temporaryName } from './temporary-name.ts';

/** A store in a folder: `objects/ab/cdef...` by digest, `parts/` for what is being written. */
export class FileStore implements Store {
  readonly url: string;
  readonly #root: string;
  /** The folders are there and have reached the disk. Found out once a process, and anew after an error. */
  #folders: Promise<void> | undefined;

  constructor(url: string, root: string) {
    this.url = url;
    this.#root = root;
  }

  async put(bytes: Uint8Array, mediaType: string): Promise<ArtifactRef> {
    const artifact = { digest: sha256(bytes), size: bytes.length, mediaType };
    await this.#write(artifact, (part) => writeThrough(part, bytes));
    return artifact;
  }

  async putFile(path: string, mediaType: string): Promise<ArtifactRef> {
    const artifact = { digest: await fileDigest(path), size: (await stat(path)).size, mediaType };
    await this.#write(artifact, async (part) => {
      await copyFile(path, part);
      await chmod(part, 0o444);
      await syncFolder(part);
      if ((await fileDigest(part)) !== artifact.digest) throw fileChanged(path);
    });
    return artifact;
  }

  async get(digest: Digest): Promise<Uint8Array> {
    const path = this.#path(digest);
    const bytes = await readFile(path).catch((error: unknown) => {
      throw readFailed(this.url, digest, error);
    });
    const found = sha256(bytes);
    if (found !== digest) throw objectCorrupt(this.url, digest, found);
    return bytes;
  }

  /** A second name for the object where the folder is on the same disk: a model of gigabytes takes no room twice. */
  async getFile(digest: Digest, path: string): Promise<void> {
    const object = this.#path(digest);
    await link(object, path)
      .catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT' || error.code === 'EEXIST') throw error;
        return copyFile(object, path, constants.COPYFILE_EXCL);
      })
      .catch((error: unknown) => {
        throw readFailed(this.url, digest, error);
      });
    const found = await fileDigest(path);
    if (found === digest) return;
    await rm(path, { force: true });
    throw objectCorrupt(this.url, digest, found);
  }

  async getRange(digest: Digest, start: number, end: number): Promise<Uint8Array> {
    const file = await open(this.#path(digest), 'r').catch((error: unknown) => {
      throw readFailed(this.url, digest, error);
    });
    try {
      const bytes = Buffer.alloc(Math.max(0, end - start));
      const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
      return bytes.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  }

  async has(digest: Digest): Promise<boolean> {
    return (await this.stat(digest)) !== null;
  }

  async stat(digest: Digest): Promise<{ size: number } | null> {
    try {
      const { size } = await stat(this.#path(digest));
      return { size };
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  async delete(digest: Digest): Promise<void> {
    await rm(this.#path(digest), { force: true }).catch((error: unknown) => {
      throw writeFailed(this.url, error);
    });
  }

  /** Moved aside before it is judged: a put that comes meanwhile finds nothing and writes anew, one that came before shows in the age. */
  async deleteOlder(digest: Digest, before: Date): Promise<'deleted' | 'absent' | 'young'> {
    const path = this.#path(digest);
    const aside = join(this.#root, 'parts', temporaryName());
    try {
      await this.#ensureFolders();
      await rename(path, aside);
      const old = (await stat(aside)).mtime < before;
      if (!old) await link(aside, path).catch(ignoreExisting);
      await rm(aside);
      return old ? 'deleted' : 'young';
    } catch (error) {
      if (isMissing(error)) return 'absent';
      throw writeFailed(this.url, error);
    }
  }

  async *list(): AsyncIterable<Digest> {
    for await (const { digest } of this.#files()) yield digest;
  }

  async *objects(): AsyncIterable<StoredObject> {
    for await (const { digest, path } of this.#files()) {
      const info = await stat(path).catch(nullIfMissing);
      if (info) yield { digest, size: info.size, modifiedAt: info.mtime };
    }
  }

  async leftovers(): Promise<Leftover[]> {
    const parts = join(this.#root, 'parts');
    const leftovers: Leftover[] = [];
    for (const name of (await namesIn(parts)).filter(isLeftover)) {
      const info = await stat(join(parts, name)).catch(nullIfMissing);
      if (info) leftovers.push({ name: `parts/${name}`, size: info.size });
    }
    return leftovers;
  }

  async removeLeftovers(): Promise<number> {
    const leftovers = await this.leftovers();
    for (const { name } of leftovers) await rm(join(this.#root, name), { force: true });
    return leftovers.length;
  }

  async check(): Promise<void> {
    const probe = join(this.#root, 'parts', temporaryName());
    try {
      await this.#ensureFolders();
      await writeThrough(probe, Buffer.from('hopline'));
    } catch (error) {
      this.#folders = undefined;
      throw writeFailed(this.url, error);
    } finally {
      await rm(probe, { force: true }).catch(() => undefined);
    }
  }

  async *#files(): AsyncIterable<{ digest: Digest; path: string }> {
    const objects = join(this.#root, 'objects');
    for (const folder of (await namesIn(objects)).filter((name) => /^[0-9a-f]{2}$/.test(name))) {
      for (const rest of await namesIn(join(objects, folder))) {
        if (/^[0-9a-f]{62}$/.test(rest)) yield { digest: folder + rest, path: join(objects, folder, rest) };
      }
    }
  }

  #path(digest: Digest): string {
    if (!/^[0-9a-f]{64}$/.test(digest)) throw digestInvalid(digest);
    return join(this.#root, 'objects', digest.slice(0, 2), digest.slice(2));
  }

  /** Unless it is there. Temporary name, fsync, rename, fsync of the folder: after a power cut there is the whole object or none.
   *  @param write makes the file whole and flushes it */
  async #write(artifact: ArtifactRef, write: (part: string) => Promise<void>): Promise<void> {
    const path = this.#path(artifact.digest);
    const part = join(this.#root, 'parts', temporaryName());
    try {
      // An object that rotted on the disk is replaced: the caller has good bytes in hand.
      if ((await holds(path, artifact)) && refreshed(path)) return;
      await this.#ensureFolders();
      await write(part);
      crashPoint('store.part-written');
      renameSync(part, path);
      crashPoint('store.renamed');
      await syncFolder(dirname(path));
    } catch (error) {
      await rm(part, { force: true }).catch(() => undefined);
      this.#folders = undefined;
      throw writeFailed(this.url, error);
    }
  }

  #ensureFolders(): Promise<void> {
    this.#folders ??= makeStoreFolders(this.#root).catch((error: unknown) => {
      this.#folders = undefined;
      throw error;
    });
    return this.#folders;
  }
}

const flush = promisify(fsync);

/** Only the flush waits for the disk. The calls around it take microseconds, less than a trip through the thread pool. */
async function writeThrough(path: string, bytes: Uint8Array): Promise<void> {
  const file = openSync(path, 'wx', 0o444);
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
    await flush(file);
  } finally {
    closeSync(file);
  }
}

async function holds(path: string, { digest, size }: ArtifactRef): Promise<boolean> {
  if (statSync(path, { throwIfNoEntry: false })?.size !== size) return false;
  return (await fileDigest(path).catch(() => null)) === digest;
}

/** Makes the object as young as if it had just been written. Nothing to it where the file is another user's (it is replaced by one of
 *  our own) or the disk is read-only (nobody collects garbage there). */
function refreshed(path: string): boolean {
  try {
    utimesSync(path, new Date(), new Date());
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EROFS';
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

function nullIfMissing(error: unknown): null {
  if (isMissing(error)) return null;
  throw error;
}

/** Somebody has put it again meanwhile. */
function ignoreExisting(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
}
