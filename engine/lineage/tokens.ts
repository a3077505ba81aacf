import { randomBytes } from 'node:crypto';
import { type Digest, sha256 } from '../plan/digest.ts';
import { HoplineError } from '../plan/errors.ts';
import { bytea } from './column-values.ts';
import type { Db, Tx } from './db.ts';
import { findOrMakeProject } from './find-or-make-project.ts';
import { TOKEN_COLUMNS, TOKEN_SCOPES, type TokenRow, type TokenScope } from './token-row.ts';
import type { Visibility } from './visibility.ts';

export interface NewToken {
  /** What it is for: 1 to 100 characters, no control characters. */
  name: string;
  scope: TokenScope;
  /** By name; made when it is new. Default: all projects. */
  project?: string;
  /** Seconds from now, 1 to 10 years. Default: never. */
  expiresIn?: number;
}

const LONGEST_LIFE = 10 * 366 * 86_400;

/** Makes a token of 256 random bits. The secret is returned this once: only its SHA-256 is stored, which needs no salt or stretching, since
 *  nobody can guess 256 bits. @throws TOKEN_INVALID */
export async function createToken(db: Db, token: NewToken): Promise<{ token: TokenRow; secret: string }> {
  assertValid(token);
  const secret = `hop_${randomBytes(32).toString('base64url')}`;
  const id = await db.transaction(async (tx) => {
    const projectId = token.project === undefined ? null : await findOrMakeProject(tx, token.project);
    const [row] = await tx.query<{ id: number }>(
      `INSERT INTO token (project_id, name, hash, scopes, expires_at)
       VALUES ($1, $2, $3, $4, now() + make_interval(secs => $5::float8)) RETURNING id`,
      [
        projectId,
        token.name,
        bytea(hashOf(secret)),
        TOKEN_SCOPES.slice(0, TOKEN_SCOPES.indexOf(token.scope) + 1),
        token.expiresIn ?? null,
      ],
    );
    return row!.id;
  });
  return { token: await tokenById(db, id), secret };
}

/** A token with the hash of its secret, by which sessions are bound to it. */
export type StoredToken = TokenRow & { hash: Digest };

/** The token with this secret, also one that is expired or revoked; null for none. Notes the use, at most once a minute. */
export const findToken = (db: Tx, secret: string): Promise<StoredToken | null> => find(db, 't.hash = $1', bytea(hashOf(secret)));

/** The token with this id, for a session that was opened with it. Otherwise like `findToken`. */
export const findTokenById = (db: Tx, id: number): Promise<StoredToken | null> => find(db, 't.id = $1', id);

async function find(db: Tx, where: string, value: unknown): Promise<StoredToken | null> {
  const [token] = await select<StoredToken>(db, `${TOKEN_COLUMNS}, t.hash`, where, value);
  if (token) await noteUse(db, token);
  return token ?? null;
}

/** Passes a token that may still be used. @throws TOKEN_EXPIRED, UNAUTHENTICATED for a revoked one */
export function assertUsable(token: Pick<TokenRow, 'expiresAt' | 'revokedAt'>, now = new Date()): void {
  if (token.revokedAt) throw unauthenticated('a token that was revoked');
  if (token.expiresAt && token.expiresAt <= now)
    throw new HoplineError(
      'TOKEN_EXPIRED',
      `request.token must not be expired, got one that ended ${token.expiresAt.toISOString()}`,
      {
        hint: 'hopline token create makes another one',
      },
    );
}

export const unauthenticated = (got: string): HoplineError =>
  new HoplineError('UNAUTHENTICATED', `request.authorization must be a token of this server, got ${got}`, {
    hint: 'set HOPLINE_TOKEN to the token of the server, or to one that hopline token create has made',
  });

export interface TokenPage {
  limit: number;
  /** Id of the last token of the page before. */
  after?: number;
}

/** Tokens of a project, or all, newest first; also those that are expired or revoked. */
export function listTokens(db: Tx, visibility: Visibility, page: TokenPage): Promise<TokenRow[]> {
  return db.query(
    `SELECT ${TOKEN_COLUMNS} FROM token t LEFT JOIN project p ON p.id = t.project_id
      WHERE ($1::bigint IS NULL OR t.project_id = $1) AND ($2::bigint IS NULL OR t.id < $2) ORDER BY t.id DESC LIMIT $3`,
    [visibility, page.after ?? null, page.limit],
  );
}

/** Ends a token, for good; doing so again changes nothing. Servers that have just seen it let it in for up to five seconds more.
 *  @throws TOKEN_NOT_FOUND, also for a token of another project */
export async function revokeToken(db: Tx, id: number, visibility: Visibility): Promise<TokenRow> {
  const [revoked] = await db.query<{ id: number }>(
    `UPDATE token SET revoked_at = coalesce(revoked_at, now()) WHERE id = $1 AND ($2::bigint IS NULL OR project_id = $2) RETURNING id`,
    [id, visibility],
  );
  if (!revoked) throw tokenNotFound(String(id));
  return tokenById(db, id);
}

export const tokenNotFound = (id: string): HoplineError =>
  new HoplineError('TOKEN_NOT_FOUND', `token must be the id of a token, got ${id}`, { hint: 'hopline token ls' });

const tokenById = async (db: Tx, id: number): Promise<TokenRow> =>
  (await select<TokenRow>(db, TOKEN_COLUMNS, 't.id = $1', id))[0]!;

const select = <T>(db: Tx, columns: string, where: string, value: unknown): Promise<T[]> =>
  db.query(`SELECT ${columns} FROM token t LEFT JOIN project p ON p.id = t.project_id WHERE ${where}`, [value]);

/** Once a minute and token, however many servers ask. */
async function noteUse(db: Tx, { id, lastUsedAt }: TokenRow): Promise<void> {
  if (lastUsedAt && Date.now() - lastUsedAt.getTime() < 60_000) return;
  await db.query(
    `UPDATE token SET last_used_at = now() WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')`,
    [id],
  );
}

const hashOf = (secret: string): Digest => sha256(secret);

function assertValid({ name, scope, expiresIn, project }: NewToken): void {
  const wrong = (rule: string, got: unknown): HoplineError =>
    new HoplineError('TOKEN_INVALID', `token.${rule}, got ${JSON.stringify(got)}`, { hint: 'hopline token create --help' });
  const named = (text: string): boolean => text.length <= 100 && text.trim() !== '' && !/[\p{Cc}\p{Surrogate}]/u.test(text);
  if (!named(name)) throw wrong('name must have 1 to 100 characters, none of them a control character', name);
  if (project !== undefined && !named(project))
    throw wrong('project must have 1 to 100 characters, none of them a control character', project);
  if (!TOKEN_SCOPES.includes(scope)) throw wrong(`scope must be one of ${TOKEN_SCOPES.join(', ')}`, scope);
  if (expiresIn !== undefined && !(expiresIn >= 1 && expiresIn <= LONGEST_LIFE))
    throw wrong('expiresInSeconds must be 1 second to 10 years', expiresIn);
}
