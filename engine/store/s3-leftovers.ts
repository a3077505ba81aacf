import type { S3 } from '@aws-sdk/client-s3';
import { digestOfKey, type S3Location } from './s3-location.ts';
import type { Leftover } from './store.ts';

/** An upload in parts that is older than this belongs to a process that died: no call on the store takes as long. Milliseconds. */
const STALE_AFTER = 24 * 3_600_000;

interface StaleUpload extends Leftover {
  Key: string;
  UploadId: string;
}

/** Uploads in parts under our prefix that were begun more than a day ago and neither completed nor aborted. */
export async function staleUploads(s3: S3, location: S3Location): Promise<StaleUpload[]> {
  const stale: StaleUpload[] = [];
  for await (const { Key, UploadId, Initiated } of uploads(s3, location)) {
    if (Date.now() - Initiated.getTime() < STALE_AFTER || !digestOfKey(location, Key)) continue;
    stale.push({ name: `${Key}?uploadId=${UploadId}`, size: await sizeOf(s3, location, Key, UploadId), Key, UploadId });
  }
  return stale;
}

/** Aborts them, and says how many. One that somebody else has just ended is nobody's error. */
export async function abortUploads(s3: S3, location: S3Location): Promise<number> {
  const stale = await staleUploads(s3, location);
  for (const { Key, UploadId } of stale) {
    await s3.abortMultipartUpload({ Bucket: location.bucket, Key, UploadId }).catch(ignoreGone);
  }
  return stale.length;
}

function ignoreGone(error: unknown): void {
  if ((error as Error).name !== 'NoSuchUpload') throw error;
}

async function* uploads(
  s3: S3,
  { bucket, prefix }: S3Location,
): AsyncIterable<{ Key: string; UploadId: string; Initiated: Date }> {
  let KeyMarker: string | undefined;
  let UploadIdMarker: string | undefined;
  do {
    const page = await s3.listMultipartUploads({ Bucket: bucket, Prefix: `${prefix}objects/`, KeyMarker, UploadIdMarker });
    for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
      if (Key && UploadId && Initiated) yield { Key, UploadId, Initiated };
    }
    KeyMarker = page.IsTruncated ? page.NextKeyMarker : undefined;
    UploadIdMarker = page.NextUploadIdMarker;
  } while (KeyMarker !== undefined);
}

async function sizeOf(s3: S3, { bucket }: S3Location, Key: string, UploadId: string): Promise<number> {
  const { Parts = [] } = await s3.listParts({ Bucket: bucket, Key, UploadId });
  return Parts.reduce((sum, { Size = 0 }) => sum + Size, 0);
}
