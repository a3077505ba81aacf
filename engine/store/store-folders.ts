import { closeSync, fsync, mkdirSync, openSync, readdirSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** The first two hex digits of a digest. */
const PREFIXES = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Makes what is missing of a store's folders, and returns when all of them have reached the disk, also those that another process has just
 *  made. All 256 at once: with the first object of each, 256 tasks would wait for a flush of their own (4 s in a fresh store on ext4). */
export async function makeStoreFolders(root: string): Promise<void> {
  const objects = join(root, 'objects');
  const highest = await makeFolder(objects);
  await makeFolder(join(root, 'parts'));
  const there = new Set(readdirSync(objects));
  for (const prefix of PREFIXES) if (!there.has(prefix)) makeOne(join(objects, prefix));
  await syncFolder(objects);
  await syncFolder(root);
  if (highest === undefined) return;
  for (let folder = root; folder.length >= highest.length; folder = dirname(folder)) await syncFolder(dirname(folder));
}

const flush = promisify(fsync);

/** What was made, renamed or removed in it has reached the disk. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = openSync(folder, 'r');
  try {
    await flush(handle);
  } finally {
    closeSync(handle);
  }
}

function makeOne(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** One folder after the other: where a folder is there that takes none, as in /proc, Node's recursive mkdir never ends, and on a read-only file
 *  system it says ENOENT.
 *  @returns the highest folder that was missing */
async function makeFolder(folder: string): Promise<string | undefined> {
  const missing: string[] = [];
  for (let at = folder; !(await stat(at).catch(() => null)); at = dirname(at)) missing.unshift(at);
  for (const each of missing)
    await mkdir(each).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return;
      throw error.code === 'ENOENT' ? Object.assign(error, { code: 'EROFS' }) : error;
    });
  return missing[0];
}
