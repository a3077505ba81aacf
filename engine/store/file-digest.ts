import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import type { Digest } from '../plan/digest.ts';

/** The SHA-256 of a stream's bytes, a piece at a time. */
export async function streamDigest(stream: Readable): Promise<Digest> {
  const hash = createHash('sha256');
  for await (const chunk of stream) hash.update(chunk as Buffer);
  return hash.digest('hex') as Digest;
}

/** The SHA-256 of a file of any size. */
export const fileDigest = (path: string): Promise<Digest> => streamDigest(createReadStream(path, { highWaterMark: 1 << 20 }));
