import { createHash } from 'node:crypto';
import type { Digest } from '../../../engine/plan/digest.ts';
import { HoplineError } from '../../../engine/plan/errors.ts';
import type { Store } from '../../../engine/store/store.ts';
import type { ServedFile } from './file-response.ts';

/** What is read at once: larger objects are streamed in pieces of this size, and never stand in memory whole. Bytes. */
const PIECE = 4 * 1024 * 1024;

/** An object of the store. Where all of it is read, its digest is checked: of a small one before the first byte is sent, of a large one while
 *  it is sent, and the connection breaks off before the last piece of one that is broken. @throws OBJECT_MISSING */
export async function artifactFile(store: Store, digest: Digest): Promise<ServedFile> {
  const found = await store.stat(digest);
  if (!found) throw new HoplineError('OBJECT_MISSING', `artifact must be an object of the store, got ${digest}`);
  const { size } = found;
  return {
    digest,
    size,
    mediaType: 'application/octet-stream',
    read: async (start, end) => {
      if (start === 0 && end === size && size <= PIECE) return store.get(digest);
      return end - start <= PIECE ? store.getRange(digest, start, end) : pieces(store, digest, { start, end, size });
    },
  };
}

/** A generator rather than a stream: whoever sends it says what becomes of its error. */
async function* pieces(store: Store, digest: Digest, { start, end, size }: Part): AsyncGenerator<Uint8Array> {
  const hash = start === 0 && end === size ? createHash('sha256') : null;
  for (let at = start; at < end; ) {
    const bytes = await store.getRange(digest, at, Math.min(end, at + PIECE));
    at += bytes.length;
    hash?.update(bytes);
    if (bytes.length === 0 || (at >= end && hash && hash.digest('hex') !== digest))
      throw new HoplineError('OBJECT_CORRUPT', `artifact must have the bytes of its digest, got others for ${digest}`);
    yield bytes;
  }
}

interface Part {
  start: number;
  end: number;
  /** Of the whole object. */
  size: number;
}
