import type { Digest } from '../../engine/plan/digest.ts';
import { HoplineError } from '../../engine/plan/errors.ts';

/** An object that can neither be read nor be made again. Permanent: the run fails and names it. */
export function objectLost(digest: Digest, what: string, hint: string, cause?: unknown): HoplineError {
  return new HoplineError('OBJECT_LOST', `object ${digest} must be readable or made again, got ${what}`, {
    hint,
    details: { digest },
    cause,
  });
}

/** The digest of the object that an error says can't be read; null for other errors. */
export function unreadableObject(error: unknown): Digest | null {
  if (!(error instanceof HoplineError) || !['OBJECT_MISSING', 'OBJECT_CORRUPT'].includes(error.code)) return null;
  return error.details.digest ?? null;
}
