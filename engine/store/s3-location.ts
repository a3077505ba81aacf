import type { Digest } from '../plan/digest.ts';
import { HoplineError } from '../plan/errors.ts';
import { digestInvalid } from './store-errors.ts';

/** Where a store lies in S3. */
export interface S3Location {
  bucket: string;
  /** Before every key: empty, or with a slash at the end. */
  prefix: string;
}

const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** Reads `s3://bucket/prefix`.
 *  @throws STORE_URL_UNSUPPORTED, which never repeats what stood where a password may stand */
export function s3Location(url: string): S3Location {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (url.includes('@')) throw invalid('must not hold credentials', 's3://***@...');
  if (!parsed || parsed.search || parsed.hash || !BUCKET.test(parsed.host)) throw invalid('must be s3://BUCKET/PREFIX', url);
  const folders = decodeURIComponent(parsed.pathname).split('/').filter(Boolean);
  return { bucket: parsed.host, prefix: folders.map((folder) => `${folder}/`).join('') };
}

const invalid = (rule: string, got: string): HoplineError =>
  new HoplineError('STORE_URL_UNSUPPORTED', `store.url ${rule}, got ${got}`, {
    hint: 'STORE_URL=s3://bucket/prefix, and AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, AWS_ENDPOINT_URL in the environment',
  });

/** The key of an object: the same path as below a file store's folder, so that a store can be copied from one to the other as it is. */
export function s3Key({ prefix }: S3Location, digest: Digest): string {
  if (!/^[0-9a-f]{64}$/.test(digest)) throw digestInvalid(digest);
  return `${prefix}objects/${digest.slice(0, 2)}/${digest.slice(2)}`;
}

/** The digest in a key; undefined where it is none of ours. */
export function digestOfKey({ prefix }: S3Location, key: string): Digest | undefined {
  const match = /^objects\/([0-9a-f]{2})\/([0-9a-f]{62})$/.exec(key.slice(prefix.length));
  return match ? `${match[1]}${match[2]}` : undefined;
}
