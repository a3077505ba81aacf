import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Whom a session stands for, bound to one secret by its hash. */
export interface SessionOf {
  /** `owner`, or the id of a token. */
  subject: string;
  /** SHA-256 of the secret that opened it. */
  hash: string;
}

/** A session lasts a working day. Milliseconds. */
const LONGEST = 12 * 3_600_000;

export interface Sessions {
  /** A cookie value for a session that ends after 12 hours, or with its token. */
  open(of: SessionOf, tokenExpiresAt: Date | null): { value: string; expiresAt: Date };
  /** Whom a value claims to stand for; null when it is none of ours or has ended. `matches` must then be asked. */
  claimOf(value: string): { subject: string; matches(hash: string): boolean } | null;
}

/** Sessions that no server has to remember: `subject.expires.mac`, where the MAC is HMAC-SHA256 over subject, end and the hash of the token,
 *  under a key made of the server's own token. So a value is worth nothing as a bearer token, ends with its token, and can't be forged from
 *  a copy of the database. All servers with the same token accept it; without one it lasts as long as the process. */
export function createSessions(serverToken: string | undefined, now: () => number = Date.now): Sessions {
  const key = createHmac('sha256', serverToken ?? randomBytes(32))
    .update('hopline session 1')
    .digest();
  const mac = (subject: string, expires: number, hash: string): Buffer =>
    createHmac('sha256', key).update(`${subject}.${expires}.${hash}`).digest();
  return {
    open({ subject, hash }, tokenExpiresAt) {
      const expires = Math.floor(Math.min(now() + LONGEST, tokenExpiresAt?.getTime() ?? Number.POSITIVE_INFINITY) / 1000);
      return {
        value: `${subject}.${expires}.${mac(subject, expires, hash).toString('base64url')}`,
        expiresAt: new Date(expires * 1000),
      };
    },
    claimOf(value) {
      const [, subject, expires, given] = /^(owner|\d{1,15})\.(\d{1,12})\.([A-Za-z0-9_-]{43})$/.exec(value) ?? [];
      if (!subject || Number(expires) * 1000 <= now()) return null;
      return {
        subject,
        matches: (hash) => timingSafeEqual(mac(subject, Number(expires), hash), Buffer.from(given!, 'base64url')),
      };
    },
  };
}
