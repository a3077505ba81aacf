import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createToken, type NewToken, revokeToken } from '../../engine/lineage/index.ts';
import { HoplineError } from '../../engine/plan/errors.ts';
import { type PostgresHouse, startPostgresHouse } from '../fixtures/postgres-house.ts';
import { createApi } from '../server/create-api.ts';
import { createAuthenticator } from './authenticator.ts';

const OWNER = 'the-secret-of-the-server';
let house: PostgresHouse;
let api: ReturnType<typeof createApi>;

beforeAll(async () => {
  house = await startPostgresHouse();
  api = createApi({ services: house.services, token: OWNER, allowedOrigins: ['https://lab.example'] });
});
afterAll(() => house?.stop());

const databaseAway = new HoplineError('DATABASE_UNREACHABLE', 'DATABASE_URL must answer', { permanent: false });

type Headers = Record<string, string>;
const bearer = (token: string): Headers => ({ authorization: `Bearer ${token}` });

async function send(path: string, headers: Headers, init: { method?: string; body?: string } = {}, of = api): Promise<Response> {
  const length: Headers =
    init.body === undefined ? {} : { 'content-length': String(init.body.length), 'content-type': 'application/json' };
  return of.fetch(`http://127.0.0.1:4100${path}`, { ...init, headers: { host: '127.0.0.1:4100', ...length, ...headers } });
}

const ask = (headers: Headers, query = '{ pipelines { name } }', of = api): Promise<Response> =>
  send('/graphql', headers, { method: 'POST', body: JSON.stringify({ query }) }, of);

const codeOf = async (response: Response): Promise<string | undefined> =>
  ((await response.json()) as { errors?: { extensions: { code: string } }[] }).errors?.[0]?.extensions.code;

const make = (token: Partial<NewToken> = {}) => createToken(house.services.db, { name: 't', scope: 'read', ...token });

async function signIn(token: string, headers: Headers = {}): Promise<{ response: Response; cookie: string }> {
  const response = await send('/session', { ...bearer(token), ...headers }, { method: 'POST', body: '{}' });
  const set = response.headers.get('set-cookie') ?? '';
  return { response, cookie: set.split(';')[0]! };
}

describe('a bearer token', () => {
  test('is asked of every request, and each wrong one is refused alike', async () => {
    for (const headers of [
      {},
      bearer('wrong'),
      bearer(`${OWNER}x`),
      bearer(''),
      { authorization: `Basic ${OWNER}` },
      { cookie: 'hopline_session=x' },
    ]) {
      const response = await ask(headers);
      expect([response.status, response.headers.get('www-authenticate'), await codeOf(response)]).toEqual([
        401,
        'Bearer',
        'UNAUTHENTICATED',
      ]);
    }
    expect((await ask(bearer(OWNER))).status).toBe(200);
    expect((await ask({ authorization: `bearer ${OWNER}` })).status).toBe(200);
  });

  test('that was made is let in until it expires', async () => {
    const { token, secret } = await make();
    expect((await ask(bearer(secret))).status).toBe(200);
    const expired = await make();
    await house.services.db.query(`UPDATE token SET expires_at = now() - interval '1 second' WHERE id = $1`, [expired.token.id]);
    const response = await ask(bearer(expired.secret));
    expect([response.status, await codeOf(response)]).toEqual([401, 'TOKEN_EXPIRED']);
    expect(token.scope).toBe('read');
  });

  test('is believed for five seconds at most after it was revoked', async () => {
    const { token, secret } = await make();
    let now = Date.now();
    const { identify } = createAuthenticator(house.services.db, OWNER, () => now);
    const request = new Request('http://127.0.0.1/', { headers: bearer(secret) });
    expect((await identify(request)).viewer).toEqual({ id: `token/${token.id}`, name: 't', scope: 'read', project: null });
    await revokeToken(house.services.db, token.id, null);
    await identify(request);
    now += 5_000;
    await expect(identify(request)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('ends at its time, however fresh the memory of it', async () => {
    const { secret } = await make({ expiresIn: 3600 });
    let now = Date.now();
    const { identify } = createAuthenticator(house.services.db, OWNER, () => now);
    const request = new Request('http://127.0.0.1/', { headers: bearer(secret) });
    now += 3_599_000;
    await identify(request);
    now += 1_500;
    await expect(identify(request)).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' });
  });

  test('that can’t be looked up is no wrong one: 503', async () => {
    const away = { ...house.services, db: { ...house.services.db, query: () => Promise.reject(databaseAway) } };
    const response = await ask(bearer('hop_any'), undefined, createApi({ services: away, token: OWNER }));
    expect([response.status, await codeOf(response)]).toEqual([503, 'DATABASE_UNREACHABLE']);
  });
});

describe('a session', () => {
  test('is a cookie that no script reads and no other site sends, worth nothing as a bearer token', async () => {
    const { response, cookie } = await signIn(OWNER);
    expect(response.status).toBe(200);
    expect(response.headers.get('set-cookie')).toMatch(
      /^hopline_session=owner\.\d+\.[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict$/,
    );
    expect(response.headers.get('set-cookie')).not.toContain(OWNER);
    expect(await (await send('/session', { cookie })).json()).toEqual({ name: 'owner', scope: 'admin', project: null });
    expect((await ask(bearer(cookie.split('=')[1]!))).status).toBe(401);
  });

  test('is Secure where the browser came by https', async () => {
    const { response } = await signIn(OWNER, { origin: 'https://127.0.0.1:4100' });
    expect(response.headers.get('set-cookie')).toMatch(/; Secure$/);
  });

  test('has the scope and project of its token, and ends with it', async () => {
    const { token, secret } = await make({ project: 'lab', expiresIn: 600 });
    const { response, cookie } = await signIn(secret);
    expect(await response.json()).toMatchObject({ name: 't', scope: 'read', project: 'lab' });
    expect(Number(/Max-Age=(\d+)/.exec(response.headers.get('set-cookie')!)![1])).toBeLessThanOrEqual(600);
    expect(await (await send('/session', { cookie })).json()).toEqual({ name: 't', scope: 'read', project: 'lab' });
    await revokeToken(house.services.db, token.id, null);
    const later = createApi({ services: house.services, token: OWNER });
    expect((await send('/session', { cookie }, {}, later)).status).toBe(401);
  });

  test('is taken by every server with the same token, and by no other', async () => {
    const { cookie } = await signIn(OWNER);
    const statusAt = async (token: string) =>
      (await send('/session', { cookie }, {}, createApi({ services: house.services, token }))).status;
    expect([await statusAt(OWNER), await statusAt('rotated')]).toEqual([200, 401]);
  });

  test('is opened by a token only, and ended by DELETE', async () => {
    const { cookie } = await signIn(OWNER);
    const own = { cookie, origin: 'http://127.0.0.1:4100' };
    expect((await send('/session', own, { method: 'POST', body: '{}' })).status).toBe(401);
    const ended = await send('/session', own, { method: 'DELETE' });
    expect([ended.status, ended.headers.get('set-cookie')]).toEqual([
      200,
      expect.stringMatching(/^hopline_session=; .*Max-Age=0/),
    ]);
    expect((await send('/session', { cookie: 'hopline_session=' })).status).toBe(401);
  });

  test('lets in only what a page of this very origin sends', async () => {
    const { cookie } = await signIn(OWNER);
    const own = 'http://127.0.0.1:4100';
    expect((await ask({ cookie, origin: own })).status).toBe(200);
    expect((await ask({ cookie, origin: own, 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    for (const headers of [
      {},
      { origin: 'http://127.0.0.1:3000' },
      { origin: own, 'sec-fetch-site': 'same-site' },
      { origin: 'http://localhost:4100' },
    ]) {
      const response = await ask({ cookie, ...headers } as Headers);
      expect([response.status, await codeOf(response)]).toEqual([403, 'ORIGIN_REFUSED']);
    }
    expect((await send('/session', { cookie, 'sec-fetch-site': 'same-site' })).status).toBe(403);
    expect((await send('/session', { cookie, origin: 'http://127.0.0.1:3000' }, { method: 'DELETE' })).status).toBe(403);
    const form = { cookie, origin: own, 'content-type': 'application/x-www-form-urlencoded' };
    expect((await send('/graphql', form, { method: 'POST', body: 'query=' })).status).toBe(415);
  });
});

test('a refusal says which request it was', async () => {
  const { cookie } = await signIn(OWNER);
  const traced: Headers = { 'x-request-id': 'trace-12345' };
  const refused: [string, Response][] = [
    ['UNAUTHENTICATED', await ask({ ...traced, ...bearer('wrong') })],
    ['HOST_REFUSED', await ask({ ...traced, ...bearer(OWNER), host: 'evil.example' })],
    ['CONTENT_TYPE_REFUSED', await ask({ ...traced, ...bearer(OWNER), 'content-type': 'text/plain' })],
    ['ORIGIN_REFUSED', await ask({ ...traced, cookie, origin: 'http://127.0.0.1:3000' })],
    ['METHOD_REFUSED', await send('/session', { ...traced, ...bearer(OWNER) }, { method: 'PUT' })],
  ];
  for (const [code, response] of refused) {
    expect(response.headers.get('x-request-id')).toBe('trace-12345');
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code, requestId: 'trace-12345' } }] });
  }
});

describe('pages of other origins', () => {
  const preflight = (origin: string, of = api) =>
    send(
      '/graphql',
      { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
      { method: 'OPTIONS' },
      of,
    );

  test('are let in where they are named, with a bearer token and never with a cookie', async () => {
    const allowed = await preflight('https://lab.example');
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://lab.example');
    expect(allowed.headers.get('access-control-allow-credentials')).toBeNull();
    const answered = await ask({ ...bearer(OWNER), origin: 'https://lab.example' });
    expect([answered.status, answered.headers.get('access-control-allow-origin')]).toEqual([200, 'https://lab.example']);
  });

  test('are not where they are not', async () => {
    const closed = createApi({ services: house.services, token: OWNER });
    for (const origin of ['https://lab.example', 'http://127.0.0.1:3000', 'null'])
      expect((await preflight(origin, closed)).headers.get('access-control-allow-origin')).toBeNull();
    expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).not.toBe('https://evil.example');
    expect(await codeOf(await ask({ ...bearer(OWNER), origin: 'https://evil.example' }))).toBe('HOST_REFUSED');
  });
});

describe('a server on a loopback address that has no token', () => {
  test('lets everybody in as the owner, and who shows a token as what that is', async () => {
    const open = createApi({ services: house.services });
    expect(await (await send('/session', {}, {}, open)).json()).toMatchObject({ name: 'owner' });
    const { secret } = await make({ project: 'lab' });
    expect(await (await send('/session', bearer(secret), {}, open)).json()).toMatchObject({ scope: 'read', project: 'lab' });
    expect((await send('/session', bearer('wrong'), {}, open)).status).toBe(401);
  });
});
