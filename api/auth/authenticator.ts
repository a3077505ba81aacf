import { timingSafeEqual } from 'node:crypto';
import {
  assertUsable,
  type Db,
  findToken,
  findTokenById,
  type StoredToken,
  unauthenticated,
} from '../../engine/lineage/index.ts';
import { sha256 } from '../../engine/plan/digest.ts';
import { OWNER, type Viewer } from '../schema/viewer.ts';
import { briefMemory } from './brief-memory.ts';
import { sessionCookieOf } from './session-cookie.ts';
import { createSessions } from './sessions.ts';

/** Who asks, and by what right. */
export interface Identity {
  viewer: Viewer;
  /** `open`: the server has no token and listens on a loopback address only. */
  by: 'bearer' | 'session' | 'open';
  /** Of the token; null: never. */
  expiresAt: Date | null;
  /** SHA-256 of the secret. */
  hash: string;
}

export interface Authenticator {
  /** @throws UNAUTHENTICATED, TOKEN_EXPIRED; DATABASE_UNREACHABLE */
  identify(request: Request): Promise<Identity>;
  /** A cookie value for somebody who came with a bearer token. */
  openSession(identity: Identity): { value: string; expiresAt: Date };
}

/** How long a token is believed without another look: so late may a revocation be seen. Milliseconds. */
const BELIEVED = 5_000;

/** @param serverToken who has it is the owner. Without one everybody is, who shows no other token. */
export function createAuthenticator(db: Db, serverToken: string | undefined, now: () => number = Date.now): Authenticator {
  const owners = serverToken === undefined ? null : sha256(serverToken);
  const sessions = createSessions(serverToken, now);
  const remember = briefMemory<StoredToken>({ forMs: BELIEVED, most: 1_000, now });

  const stored = async (key: string, load: () => Promise<StoredToken | null>): Promise<StoredToken> => {
    const token = await remember(key, load);
    if (!token) throw unauthenticated('one that it does not know');
    assertUsable(token, new Date(now()));
    return token;
  };

  async function byBearer(secret: string): Promise<Identity> {
    const hash = sha256(secret);
    if (owners && sameDigest(hash, owners)) return { viewer: OWNER, by: 'bearer', expiresAt: null, hash };
    return identityOf(await stored(hash, () => findToken(db, secret)), 'bearer');
  }

  async function bySession(value: string): Promise<Identity> {
    const claim = sessions.claimOf(value);
    if (!claim) throw unauthenticated('a session that has ended');
    if (claim.subject === 'owner') {
      if (owners && claim.matches(owners)) return { viewer: OWNER, by: 'session', expiresAt: null, hash: owners };
      throw unauthenticated('a session that it does not know');
    }
    // The MAC is looked at last, since the token's hash is part of it; until then nothing of the token is used.
    const token = await remember(claim.subject, () => findTokenById(db, Number(claim.subject)));
    if (!token || !claim.matches(token.hash)) throw unauthenticated('a session that it does not know');
    assertUsable(token, new Date(now()));
    return identityOf(token, 'session');
  }

  return {
    async identify(request) {
      const authorization = request.headers.get('authorization');
      if (authorization !== null) {
        const [, secret] = /^bearer +(\S+)$/i.exec(authorization) ?? [];
        if (secret === undefined) throw unauthenticated('something else than "Bearer TOKEN"');
        return byBearer(secret);
      }
      const session = sessionCookieOf(request);
      if (owners === null) {
        const identity = session === null ? null : await bySession(session).catch(() => null);
        return identity ?? { viewer: OWNER, by: 'open', expiresAt: null, hash: '' };
      }
      if (session === null) throw unauthenticated('none');
      return bySession(session);
    },
    openSession: ({ viewer, hash, expiresAt }) =>
      sessions.open({ subject: viewer === OWNER ? 'owner' : viewer.id.slice('token/'.length), hash }, expiresAt),
  };
}

const identityOf = ({ id, name, scope, project, expiresAt, hash }: StoredToken, by: Identity['by']): Identity => ({
  viewer: { id: `token/${id}`, name, scope, project },
  by,
  expiresAt,
  hash,
});

const sameDigest = (a: string, b: string): boolean => timingSafeEqual(Buffer.from(a, 'hex'), Buffer.from(b, 'hex'));
