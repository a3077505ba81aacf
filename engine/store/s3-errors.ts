import { HoplineError } from '../plan/errors.ts';

/** What the SDK throws, as far as we look at it. */
interface S3Failure {
  name?: string;
  code?: string;
  $metadata?: { httpStatusCode?: number };
}

const credentials = new Set([
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'ExpiredToken',
  'InvalidToken',
  'TokenRefreshRequired',
  'XAdminUserNotFound', // versitygw's InvalidAccessKeyId
]);
const full = new Set([
  'QuotaExceeded',
  'InsufficientStorage',
  'StorageFull',
  'XMinioStorageFull',
  'XMinioAdminBucketQuotaExceeded',
]);
const otherRegion = new Set(['PermanentRedirect', 'AuthorizationHeaderMalformed', 'IllegalLocationConstraintException']);
/** Refusals that say that the request didn't arrive as it was sent, or came at a bad moment. */
const passing = new Set([
  'BadDigest',
  'IncompleteBody',
  'OperationAborted',
  'ConditionalRequestConflict',
  'RequestTimeout',
  'RequestTimeTooSkewed',
  'SlowDown',
  'TooManyRequests',
  'XAmzContentSHA256Mismatch',
]);

export const statusOf = (error: unknown): number | undefined => (error as S3Failure).$metadata?.httpStatusCode;
export const nameOf = (error: unknown): string => (error as S3Failure).code ?? (error as S3Failure).name ?? 'unknown';

export const isAbsent = (error: unknown): boolean => statusOf(error) === 404 && ['NoSuchKey', 'NotFound'].includes(nameOf(error));

/** What a failed call means to a user. Names and status only: what a server answers to a wrong signature quotes the credentials. */
export function s3Error(url: string, purpose: 'read' | 'write', error: unknown): unknown {
  if (error instanceof HoplineError) return error;
  const [name, status] = [nameOf(error), statusOf(error)];
  const got = status === undefined ? name : `${name} (HTTP ${status})`;
  const named = (code: string, rule: string, hint: string, permanent = true): HoplineError =>
    new HoplineError(code, `store ${rule}, got ${got} at ${url}`, { hint, permanent, cause: new Error(got) });

  if (name === 'NoSuchBucket') return bucketMissing(url);
  if (full.has(name) || status === 507)
    return named('STORE_FULL', 'must have room', 'free space there; runs then go on by themselves', false);
  if (otherRegion.has(name))
    return named('STORE_REGION_WRONG', 'must be in the region AWS_REGION', "set AWS_REGION to the bucket's");
  if (credentials.has(name) || status === 401 || status === 403) {
    const hint = credentials.has(name)
      ? 'check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN'
      : 'these credentials need s3:GetObject, s3:PutObject, s3:ListBucket and, for hopline gc, s3:DeleteObject there';
    return purpose === 'write'
      ? named('STORE_READ_ONLY', 'must be writable', hint)
      : named('STORE_UNREADABLE', 'must be readable', hint);
  }
  if (status === undefined || status >= 500 || status === 408 || status === 429 || passing.has(name))
    return named('STORE_UNREACHABLE', 'must answer', 'is AWS_ENDPOINT_URL right, and the server up?', false);
  return named('STORE_REFUSED', `must accept a ${purpose}`, 'does this server speak S3 with conditional and multipart writes?');
}

export function bucketMissing(url: string): HoplineError {
  return new HoplineError('STORE_BUCKET_MISSING', `store.url must name a bucket that exists, got ${url}`, {
    hint: `aws s3 mb s3://${new URL(url).host}, or choose another by STORE_URL`,
  });
}

/** The time for one call is over. */
export function timedOut(url: string, seconds: number): HoplineError {
  return new HoplineError('STORE_UNREACHABLE', `store must answer within ${Math.round(seconds)} s, got no answer from ${url}`, {
    hint: 'is AWS_ENDPOINT_URL right, and the server up? HOPLINE_STORE_TIMEOUT_SECONDS waits longer',
    permanent: false,
  });
}
