import type { CompletedPart, S3 } from '@aws-sdk/client-s3';
import { crashPoint } from '../faults/crash-point.ts';
import type { Digest } from '../plan/digest.ts';
import type { ByteSource } from './byte-source.ts';
import { nameOf, statusOf } from './s3-errors.ts';

/** Bytes on their way to a key. */
export interface Upload {
  Bucket: string;
  Key: string;
  source: ByteSource;
  digest: Digest;
  mediaType: string;
}

/** Objects above this many bytes go up in parts, which are sent again one by one; below, one request is faster. */
export const MULTIPART_FROM = 32 << 20;
/** Bytes of a part, the last may be shorter. S3 allows 10,000 parts of at least 5 MiB: objects up to 156 GiB. */
export const PART_SIZE = 16 << 20;
/** Parts on their way at once. */
const LANES = 4;

/** Writes an object, whole or not at all. `ifAbsent` leaves one that is there alone.
 *  @returns false where one was there, or where the server knows no conditions: the caller looks what it is */
export async function upload(
  s3: S3,
  object: Upload,
  { ifAbsent, signal }: { ifAbsent: boolean; signal: AbortSignal },
): Promise<boolean> {
  const condition = ifAbsent ? { IfNoneMatch: '*' } : {};
  crashPoint('store.part-written');
  try {
    if (object.source.size > MULTIPART_FROM) await inParts(s3, object, condition, signal);
    else await whole(s3, object, condition, signal);
  } catch (error) {
    if (ifAbsent && isConditionRefused(error)) return false;
    throw error;
  }
  crashPoint('store.renamed');
  return true;
}

interface Condition {
  IfNoneMatch?: string;
}

/** 412: there is one. 409: somebody is writing it at this moment. 501: a server without conditional writes. */
const isConditionRefused = (error: unknown): boolean =>
  statusOf(error) === 412 || nameOf(error) === 'ConditionalRequestConflict' || statusOf(error) === 501;

/** The server compares what arrives with the digest. */
async function whole(s3: S3, { Bucket, Key, source, digest, mediaType }: Upload, condition: Condition, abortSignal: AbortSignal) {
  const ChecksumSHA256 = Buffer.from(digest, 'hex').toString('base64');
  await s3.putObject(
    { Bucket, Key, Body: await source.read(0, source.size), ContentType: mediaType, ChecksumSHA256, ...condition },
    { abortSignal },
  );
}

/** Nobody sees the object before the last request. */
async function inParts(s3: S3, { Bucket, Key, source, mediaType }: Upload, condition: Condition, abortSignal: AbortSignal) {
  const { UploadId } = await s3.createMultipartUpload(
    { Bucket, Key, ContentType: mediaType, ChecksumAlgorithm: 'CRC32' },
    { abortSignal },
  );
  try {
    const Parts: CompletedPart[] = [];
    const numbers = Array.from({ length: Math.ceil(source.size / PART_SIZE) }, (_, index) => index + 1).values();
    const lane = async (): Promise<void> => {
      for (const PartNumber of numbers) {
        const Body = await source.read((PartNumber - 1) * PART_SIZE, Math.min(source.size, PartNumber * PART_SIZE));
        const { ETag, ChecksumCRC32 } = await s3.uploadPart({ Bucket, Key, UploadId, PartNumber, Body }, { abortSignal });
        Parts[PartNumber - 1] = { PartNumber, ETag, ChecksumCRC32 };
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    await s3.completeMultipartUpload({ Bucket, Key, UploadId, MultipartUpload: { Parts }, ...condition }, { abortSignal });
  } catch (error) {
    // With a signal of its own: the call's may be what ended the upload. What can't be aborted now is a leftover that gc names.
    await s3.abortMultipartUpload({ Bucket, Key, UploadId }, { abortSignal: AbortSignal.timeout(5_000) }).catch(() => undefined);
    throw error;
  }
}
