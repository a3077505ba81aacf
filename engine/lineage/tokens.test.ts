import { expect, test } from 'vitest';
import { startEmbedded } from '../../infra/embedded/start.ts';
import { sha256 } from '../plan/digest.ts';
import { useDatabase } from './fixtures/use-database.ts';
import { assertUsable, createToken, findToken, findTokenById, listTokens, revokeToken } from './tokens.ts';

const database = useDatabase(startEmbedded);

test('a token is 256 random bits under its prefix, and only its hash is stored', async () => {
  const { db } = database;
  const { token, secret } = await createToken(db, { name: 'ci', scope: 'operate', project: 'lab', expiresIn: 3600 });
  expect(secret).toMatch(/^hop_[A-Za-z0-9_-]{43}$/);
  expect(token).toMatchObject({ name: 'ci', scope: 'operate', project: { name: 'lab' }, lastUsedAt: null, revokedAt: null });
  expect(Math.round((token.expiresAt!.getTime() - token.createdAt.getTime()) / 1000)).toBe(3600);
  const [row] = await db.query<{ text: string; hash: string; scopes: string[] }>(
    'SELECT t::text AS text, hash, scopes FROM token t WHERE id = $1',
    [token.id],
  );
  expect(row).toMatchObject({ hash: sha256(secret), scopes: ['read', 'operate'] });
  expect(row!.text).not.toContain(secret.slice(4));
});

test('it is found by its secret and by nothing else', async () => {
  const { db } = database;
  const { token, secret } = await createToken(db, { name: 'one', scope: 'read' });
  expect(await findToken(db, secret)).toMatchObject({ id: token.id, scope: 'read', project: null });
  expect(await findTokenById(db, token.id)).toMatchObject({ hash: sha256(secret) });
  for (const other of [secret.slice(0, -1), `${secret}x`, sha256(secret), '', 'hop_'])
    expect(await findToken(db, other)).toBeNull();
});

test('its use is noted at most once a minute', async () => {
  const { db } = database;
  const { token, secret } = await createToken(db, { name: 'used', scope: 'read' });
  const lastUsed = async (): Promise<Date | null> => (await listTokens(db, null, { limit: 1 }))[0]!.lastUsedAt;
  await findToken(db, secret);
  const first = await lastUsed();
  expect(first).not.toBeNull();
  await findToken(db, secret);
  expect(await lastUsed()).toEqual(first);
  await db.query(`UPDATE token SET last_used_at = now() - interval '61 seconds' WHERE id = $1`, [token.id]);
  await findToken(db, secret);
  expect((await lastUsed())!.getTime()).toBeGreaterThanOrEqual(first!.getTime());
});

test('one that is expired or revoked is refused by name', async () => {
  const { db } = database;
  const { token, secret } = await createToken(db, { name: 'short', scope: 'read', expiresIn: 60 });
  expect(() => assertUsable(token)).not.toThrow();
  expect(() => assertUsable(token, new Date(Date.now() + 61_000))).toThrow(expect.objectContaining({ code: 'TOKEN_EXPIRED' }));
  const revoked = await revokeToken(db, token.id, null);
  expect(await revokeToken(db, token.id, null)).toEqual(revoked);
  expect(() => assertUsable(revoked)).toThrow(expect.objectContaining({ code: 'UNAUTHENTICATED' }));
  expect((await findToken(db, secret))?.revokedAt).toEqual(revoked.revokedAt);
});

test("a project sees and revokes its own only, newest first and page by page; another's is not found", async () => {
  const { db } = database;
  const ids: number[] = [];
  for (const name of ['a', 'b', 'c']) ids.unshift((await createToken(db, { name, scope: 'read', project: 'mine' })).token.id);
  const other = await createToken(db, { name: 'd', scope: 'read', project: 'theirs' });
  const mine = (await findTokenById(db, ids[0]!))!.project!.id;
  expect((await listTokens(db, mine, { limit: 2 })).map(({ id }) => id)).toEqual(ids.slice(0, 2));
  expect((await listTokens(db, mine, { limit: 2, after: ids[1]! })).map(({ id }) => id)).toEqual(ids.slice(2));
  await expect(revokeToken(db, other.token.id, mine)).rejects.toMatchObject({ code: 'TOKEN_NOT_FOUND' });
  expect((await findTokenById(db, other.token.id))!.revokedAt).toBeNull();
});

test.each([
  [{ name: '' }, /name must have 1 to 100/],
  [{ name: ' '.repeat(3) }, /name must/],
  [{ name: 'x'.repeat(101) }, /name must/],
  [{ name: 'a\0b' }, /name must/],
  [{ name: 'a\ud800' }, /name must/],
  [{ project: '\n' }, /project must/],
  [{ scope: 'root' as never }, /scope must be one of read, operate, admin, got "root"/],
  [{ expiresIn: 0 }, /expiresInSeconds must/],
  [{ expiresIn: 1e9 }, /expiresInSeconds must/],
  [{ expiresIn: Number.NaN }, /expiresInSeconds must/],
])('%j is refused, and nothing is stored', async (change, message) => {
  const before = await listTokens(database.db, null, { limit: 100 });
  await expect(createToken(database.db, { name: 'n', scope: 'read', ...change })).rejects.toMatchObject({
    code: 'TOKEN_INVALID',
    message: expect.stringMatching(message),
  });
  expect(await listTokens(database.db, null, { limit: 100 })).toEqual(before);
});
