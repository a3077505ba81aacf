import { ByteCache } from '../../../engine/compute/byte-cache.ts';
import { bytea } from '../../../engine/lineage/column-values.ts';
import type { Db } from '../../../engine/lineage/index.ts';
import { type Visibility, visibleSample } from '../../../engine/lineage/visibility.ts';
import type { Digest } from '../../../engine/plan/digest.ts';
import { HoplineError } from '../../../engine/plan/errors.ts';
import { imageType } from '../../../engine/store/image-type.ts';
import { decodeSampleShard } from '../../../engine/store/read-sample-shard.ts';
import type { Store } from '../../../engine/store/store.ts';
import type { ServedFile } from './file-response.ts';

/** Shards of which pictures were asked last: a page shows a hundred of one. Bytes. */
const CACHED_SHARDS = 64 * 1024 * 1024;

export interface FoundImage {
  /** Of its bytes and meta: the same for the same sample, always. */
  contentDigest: Digest;
  open(): Promise<ServedFile>;
}

/** Finds pictures of samples in their shards. */
export function imageFiles(store: Store): (db: Db, key: Digest, visibility: Visibility) => Promise<FoundImage> {
  const shards = new ByteCache<Uint8Array>(CACHED_SHARDS);
  const shard = (digest: Digest) =>
    shards.get(digest, async () => {
      const value = await store.get(digest);
      return { value, bytes: value.length };
    });
  return async (db, key, visibility) => {
    const [row] = await db.query<{ contentDigest: Digest; artifact: Digest; row: number }>(
      `SELECT s.content_digest AS "contentDigest", a.digest AS artifact, s."row"
         FROM sample s JOIN artifact a ON a.id = s.artifact_id
        WHERE s.key = $1 AND s.medium = 'image' AND s.failed IS NULL AND ${visibleSample('s.id', 2)}`,
      [bytea(key), visibility],
    );
    if (!row) throw new HoplineError('SAMPLE_NOT_FOUND', `sample must be an image that was made, got ${key}`);
    return {
      contentDigest: row.contentDigest,
      open: async () => {
        const [sample] = await decodeSampleShard(await shard(row.artifact), [row.row], ['image']);
        const { image } = sample!;
        if (!image) throw new HoplineError('SAMPLE_NOT_FOUND', `sample must be an image that was made, got ${key}`);
        return {
          digest: row.contentDigest,
          size: image.length,
          mediaType: imageType(image)?.mediaType ?? 'application/octet-stream',
          read: async (start, end) => image.subarray(start, end),
        };
      },
    };
  };
}
