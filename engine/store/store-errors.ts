import type { Digest } from '../plan/digest.ts';
import { HoplineError } from '../plan/errors.ts';

export function objectMissing(url: string, digest: Digest): HoplineError {
  return new HoplineError('OBJECT_MISSING', `store.object must exist, got no ${digest} in ${url}`, {
    hint: 'is STORE_URL the store that the run was made in?',
    details: { digest },
  });
}

export function objectCorrupt(url: string, digest: Digest, found: Digest): HoplineError {
  return new HoplineError('OBJECT_CORRUPT', `store.object must have the digest ${digest}, got bytes of ${found} in ${url}`, {
    hint: 'restore the object from a copy, or delete it and resume the run: it is made again',
    details: { digest },
  });
}

export function fileChanged(path: string): HoplineError {
  return new HoplineError('FILE_CHANGED', `${path} must stay as it is while it is stored, got other bytes at the second look`, {
    hint: 'wait until it is written, then try again',
    permanent: false,
  });
}

export function digestInvalid(digest: string): HoplineError {
  return new HoplineError('DIGEST_INVALID', `store.digest must be 64 lower-case hex characters, got ${JSON.stringify(digest)}`);
}

const readOnly = new Set(['EACCES', 'EPERM', 'EROFS']);
const full = new Set(['ENOSPC', 'EDQUOT']);

/** What a failed write means to a user. */
export function writeFailed(url: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code && readOnly.has(code)) {
    return new HoplineError('STORE_READ_ONLY', `store must be writable, got ${code} at ${url}`, {
      hint: 'give this user write permission there, or choose another place by STORE_URL',
      cause: error,
    });
  }
  if (code && full.has(code)) {
    return new HoplineError('STORE_FULL', `store must have room, got ${code} at ${url}`, {
      hint: 'free space there (hopline gc --dry-run names what can go); runs then go on by themselves',
      permanent: false,
      cause: error,
    });
  }
  if (code === 'ENOTDIR' || code === 'EEXIST') return notAFolder(url, error);
  return error;
}

/** What a failed read means to a user. */
export function readFailed(url: string, digest: Digest, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return objectMissing(url, digest);
  if (code === 'ENOTDIR') return notAFolder(url, error);
  if (!code || !readOnly.has(code)) return error;
  return new HoplineError('STORE_UNREADABLE', `store must be readable, got ${code} at ${url}`, {
    hint: 'give this user read permission there',
    cause: error,
  });
}

function notAFolder(url: string, cause: unknown): HoplineError {
  return new HoplineError('STORE_NOT_A_FOLDER', `store.url must be a folder, got a file at or above ${url}`, {
    hint: 'choose another place by STORE_URL',
    cause,
  });
}
