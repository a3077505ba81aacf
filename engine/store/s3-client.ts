import type { S3 } from '@aws-sdk/client-s3';
import { HoplineError } from '../plan/errors.ts';

/** Everything that a store over S3 takes from the environment. Nothing else is asked: no profile, no file, no metadata service. */
export interface S3Settings {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string | undefined;
  /** Default `us-east-1`, which servers other than Amazon's mostly don't look at. */
  region: string;
  /** Of a server other than Amazon's; buckets are then addressed by path. */
  endpoint: string | undefined;
  /** The longest that one call on the store may take, its repetitions included, before the store counts as unreachable; a second more
   *  for each MiB. Milliseconds. Default 60_000. */
  timeout: number;
}

/** Reads AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION, AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL, and
 *  HOPLINE_STORE_TIMEOUT_SECONDS.
 *  @throws STORE_CREDENTIALS_MISSING, CONFIG_INVALID */
export function s3Settings(env: NodeJS.ProcessEnv): S3Settings {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  if (!accessKeyId || !secretAccessKey) {
    const missing = accessKeyId ? 'AWS_SECRET_ACCESS_KEY' : 'AWS_ACCESS_KEY_ID';
    throw new HoplineError('STORE_CREDENTIALS_MISSING', `${missing} must be set for a store in S3, got nothing`, {
      hint: 'export AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, for a server other than Amazon, AWS_ENDPOINT_URL',
    });
  }
  return {
    accessKeyId,
    secretAccessKey,
    sessionToken: env.AWS_SESSION_TOKEN || undefined,
    region: env.AWS_REGION || env.AWS_DEFAULT_REGION || 'us-east-1',
    endpoint: endpointOf(env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL || undefined),
    timeout: 1000 * secondsOf(env.HOPLINE_STORE_TIMEOUT_SECONDS || '60'),
  };
}

function endpointOf(text: string | undefined): string | undefined {
  const url = text !== undefined && URL.canParse(text) ? new URL(text) : undefined;
  if (text === undefined || (url && /^https?:$/.test(url.protocol) && !url.username)) return text;
  throw new HoplineError('CONFIG_INVALID', 'AWS_ENDPOINT_URL must be http://HOST:PORT or https://HOST without credentials', {
    hint: 'AWS_ENDPOINT_URL=http://127.0.0.1:7070',
  });
}

function secondsOf(text: string): number {
  const seconds = Number(text);
  if (seconds >= 1 && seconds <= 3600) return seconds;
  throw new HoplineError('CONFIG_INVALID', `HOPLINE_STORE_TIMEOUT_SECONDS must be 1 to 3600, got ${text}`, {
    hint: 'unset it for 60 seconds',
  });
}

/** A client for these settings. The SDK is loaded here, at a store's first use: loading takes longer than starting `hopline --help`. */
export async function s3Client(settings: S3Settings): Promise<S3> {
  // Its only effect is a line on stderr for each process, in the midst of whatever is printed there.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const { S3: Client } = await import('@aws-sdk/client-s3');
  const { accessKeyId, secretAccessKey, sessionToken, region, endpoint, timeout } = settings;
  return new Client({
    region,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) },
    ...(endpoint && { endpoint, forcePathStyle: true }),
    // The SDK's standard retry: connection errors, 5xx and throttling, backing off from 0.1 s, with a budget for all calls of the client.
    retryMode: 'standard',
    maxAttempts: 4,
    // We check every object against its digest ourselves; the SDK's check would name a rotten one by another error.
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: Math.min(5_000, timeout / 3),
      // Without a byte in either direction. A slow server is not a dead one.
      socketTimeout: timeout / 3,
      httpAgent: { keepAlive: true, maxSockets: 64 },
      httpsAgent: { keepAlive: true, maxSockets: 64 },
    },
  });
}
