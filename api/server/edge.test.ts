import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createToken } from '../../engine/lineage/index.ts';
import { sha256 } from '../../engine/plan/digest.ts';
import { registerDataset } from '../../engine/runs/register-dataset.ts';
import { colourRows, rowsReader } from '../api-house.ts';
import { type PostgresHouse, startPostgresHouse } from '../fixtures/postgres-house.ts';
import { openApiLog } from './api-log.ts';
import { type ApiOptions, createApi } from './create-api.ts';
import { listen } from './listen.ts';

let house: PostgresHouse;
let server: Awaited<ReturnType<typeof start>>;

/** A server on a port of its own, as clients meet it. */
async function start(options: Partial<ApiOptions> = {}) {
  const lines: Record<string, unknown>[] = [];
  const log = openApiLog((line) => void lines.push(JSON.parse(line) as Record<string, unknown>));
  const { server: http, url } = await listen(createApi({ services: house.services, log, ...options }), '127.0.0.1', 0);
  return {
    url,
    lines,
    get: (path: string, headers: Record<string, string> = {}, method = 'GET') => fetch(url + path, { headers, method }),
    ask: (query: string, variables?: unknown, init: RequestInit = {}) =>
      fetch(`${url}/graphql`, {
        method: 'POST',
        ...init,
        headers: { 'content-type': 'application/json', ...init.headers },
        body: JSON.stringify({ query, variables }),
      }),
    async stop() {
      const closed = new Promise((resolve) => http.close(resolve));
      http.closeAllConnections();
      await closed;
    },
  };
}

async function withServer(options: Partial<ApiOptions>, work: (own: Awaited<ReturnType<typeof start>>) => Promise<void>) {
  const own = await start(options);
  await work(own).finally(own.stop);
}

const codeOf = async (response: Response): Promise<unknown> =>
  ((await response.json()) as { errors?: { extensions: { code: unknown } }[] }).errors?.[0]?.extensions.code;

beforeAll(async () => {
  house = await startPostgresHouse();
  await registerDataset(house.services, { name: 'toy', reader: rowsReader(await colourRows(3)) });
  server = await start();
});
afterAll(async () => {
  await server?.stop();
  await house?.stop();
});

describe('files', () => {
  test('an object is had whole, in parts and not at all where it is known', async () => {
    const { digest } = await house.services.store.put(Buffer.from('0123456789'), 'text/plain');
    const path = `/artifacts/${digest}`;
    const whole = await server.get(path);
    expect([whole.status, await whole.text()]).toEqual([200, '0123456789']);
    expect(Object.fromEntries(whole.headers)).toMatchObject({
      etag: `"${digest}"`,
      'accept-ranges': 'bytes',
      'content-length': '10',
      'cache-control': 'private, max-age=31536000, immutable',
    });
    const part = await server.get(path, { range: 'bytes=2-4' });
    expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([206, 'bytes 2-4/10', '234']);
    const behind = await server.get(path, { range: 'bytes=10-' });
    expect([behind.status, behind.headers.get('content-range')]).toEqual([416, 'bytes */10']);
    const other = await server.get(path, { range: 'bytes=2-4', 'if-range': '"other"' });
    expect([other.status, await other.text()]).toEqual([200, '0123456789']);
    expect((await server.get(path, { 'if-none-match': `"x", W/"${digest}"` })).status).toBe(304);
    const head = await server.get(path, {}, 'HEAD');
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '10', '']);
  });

  test('a large object comes in pieces, and breaks off where its bytes are others', async () => {
    const bytes = Buffer.alloc(9_000_001, 'ab');
    const { digest } = await house.services.store.put(bytes, 'text/plain');
    const answer = await server.get(`/artifacts/${digest}`);
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
    const tail = await server.get(`/artifacts/${digest}`, { range: 'bytes=-5000000' });
    expect(sha256(new Uint8Array(await tail.arrayBuffer()))).toBe(sha256(bytes.subarray(-5_000_000)));
    const broken = { ...house.services, store: brokenStore(digest) };
    await withServer({ services: broken }, async (own) => {
      await expect(own.get(`/artifacts/${digest}`).then((response) => response.arrayBuffer())).rejects.toThrow();
    });
  });

  test('a picture has the digest of its sample as its tag', async () => {
    const [row] = await house.services.db.query<{ key: string; digest: string }>(
      'SELECT s.key, s.content_digest AS digest FROM sample s JOIN dataset_row r ON r.image_sample_id = s.id WHERE r.index = 1',
    );
    const path = `/samples/${row!.key}/image`;
    const answer = await server.get(path);
    expect([answer.status, answer.headers.get('etag'), answer.headers.get('content-type')]).toEqual([
      200,
      `"${row!.digest}"`,
      'image/png',
    ]);
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual((await colourRows(2))[1]!.image);
    expect((await server.get(path, { 'if-none-match': `"${row!.digest}"` })).status).toBe(304);
    const signature = await server.get(path, { range: 'bytes=1-3' });
    expect([signature.status, await signature.text()]).toEqual([206, 'PNG']);
  });

  test.each([
    [`/artifacts/${'0'.repeat(64)}`, 'GET', 404, 'OBJECT_MISSING'],
    [`/samples/${'0'.repeat(64)}/image`, 'GET', 404, 'SAMPLE_NOT_FOUND'],
    ['/artifacts/..%2f..%2fetc', 'GET', 400, 'DIGEST_INVALID'],
    [`/artifacts/${'A'.repeat(64)}`, 'GET', 400, 'DIGEST_INVALID'],
    ['/samples/short/image', 'GET', 400, 'DIGEST_INVALID'],
    [`/artifacts/${'0'.repeat(64)}`, 'DELETE', 405, 'METHOD_REFUSED'],
  ])('%s by %s is %i %s', async (path, method, status, code) => {
    const answer = await server.get(path, {}, method);
    expect([answer.status, await codeOf(answer)]).toEqual([status, code]);
  });

  function brokenStore(digest: string) {
    const { store } = house.services;
    return Object.assign(Object.create(store) as typeof store, {
      stat: () => store.stat(digest),
      getRange: async (_digest: string, from: number, to: number) => new Uint8Array(Math.min(to, 9_000_001) - from),
    });
  }
});

describe('time', () => {
  /** A reader that waits in Postgres, in place of one of ours. */
  const slow = (seconds: number) => {
    const { db } = house.services;
    const query: typeof db.query = (sql, values, signal) =>
      sql.includes('FROM dataset') ? db.query(`SELECT pg_sleep(${seconds})`, [], signal) : db.query(sql, values, signal);
    return { ...house.services, db: { ...db, query } };
  };
  const asleep = async () =>
    (
      await house.services.db.query(
        `SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep%' AND state = 'active' AND pid <> pg_backend_pid()`,
      )
    ).length;
  const untilAsleep = async (count: number): Promise<void> => {
    while ((await asleep()) !== count) await new Promise((resolve) => setTimeout(resolve, 20));
  };

  test('a query that takes too long is ended, in Postgres too', () =>
    withServer({ services: slow(60), limits: { seconds: 1 } }, async (own) => {
      const answer = await own.ask('{ datasets { edges { cursor } } }');
      expect([answer.status, await codeOf(answer)]).toEqual([504, 'REQUEST_TIMEOUT']);
      await untilAsleep(0);
    }));

  test('a client that goes takes its statement with it', () =>
    withServer({ services: slow(60) }, async (own) => {
      const client = new AbortController();
      const answer = own.ask('{ datasets { edges { cursor } } }', {}, { signal: client.signal });
      await untilAsleep(1);
      client.abort();
      await expect(answer).rejects.toThrow();
      await untilAsleep(0);
    }));
});

describe('limits', () => {
  test('what is too large is refused before it runs, under its name', async () => {
    const many = (count: number, of: (i: number) => string): string =>
      `{ ${Array.from({ length: count }, (_, i) => of(i)).join(' ')} }`;
    const spread = Array.from({ length: 60 }, (_, i) => `fragment f${i} on Query { ...f${i + 1} ...f${i + 1} }`).join(' ');
    const tasks = Array.from({ length: 8 }, (_, i) => `a${i}: tasks(first: 100) { edges { node { shard } } }`).join(' ');
    const cases: [string, string][] = [
      [many(10_000, (i) => `a${i}: __typename`), 'QUERY_TOO_LARGE'],
      [many(2_000, () => '__typename'), 'QUERY_TOO_LARGE'],
      [many(100, () => '__typename @skip(if: false)'), 'QUERY_TOO_LARGE'],
      [`{ ...f0 } ${spread} fragment f60 on Query { __typename }`, 'none'],
      ['{ runs(first: -1) { edges { cursor } } }', 'PAGE_INVALID'],
      ['{ runs(first: 1000000) { edges { cursor } } }', 'PAGE_INVALID'],
      ['{ sampleByPrefix(prefix: "\\u0000") { key } }', 'TEXT_INVALID'],
      ['{ nothing }', 'GRAPHQL_VALIDATION_FAILED'],
      ['subscription { runEvents(runId: "x") @skip(if: true) { at } }', 'GRAPHQL_VALIDATION_FAILED'],
      [`{ runs(first: 100) { edges { node { ${tasks} } } } }`, 'QUERY_TOO_LARGE'],
      ['{', 'GRAPHQL_PARSE_FAILED'],
      // More braces than a stack holds are fewer words than a document may have.
      ...[20, 400, 1_200, 2_400, 90_000].map((levels): [string, string] => [
        `{ runs { edges { node ${'{ parent '.repeat(levels)} { id } ${'}'.repeat(levels)} } } }`,
        'QUERY_TOO_LARGE',
      ]),
      ...[60, 1_000, 4_000, 100_000].map((levels): [string, string] => [
        `{ planRun(input: { pipeline: "p", params: ${'['.repeat(levels)}${']'.repeat(levels)} }) { __typename } }`,
        'QUERY_TOO_LARGE',
      ]),
    ];
    for (const [query, code] of cases)
      expect([query.slice(0, 60), (await codeOf(await server.ask(query))) ?? 'none']).toEqual([query.slice(0, 60), code]);
  });

  test('what was not run says so by its status, to whoever takes plain JSON, too', async () => {
    for (const query of ['{', '{ nothing }', '{ sample(key: "ABC") { key } }', '{ sampleByPrefix(prefix: "\\u0000") { key } }'])
      for (const accept of ['*/*', 'application/json', 'application/graphql-response+json'])
        expect([query, (await server.ask(query, undefined, { headers: { accept } })).status]).toEqual([query, 400]);
    expect((await server.ask('{ sampleByPrefix(prefix: "xy") { key } }')).status).toBe(200);
  });

  test('an id that is none is told of the field that has it and of no other', async () => {
    for (const id of ['zzz', 'Tm9wZTox', 'VGFzazox', 'TXV0YXRpb246MQ==']) {
      const answer = await server.ask('query ($id: ID!) { run(id: "x") { seed } node(id: $id) { id } }', { id });
      const { errors } = (await answer.json()) as { errors: { path: string[]; extensions: { code: string } }[] };
      expect(errors.map(({ path, extensions }) => [path[0], extensions.code])).toEqual([['node', 'NODE_ID_INVALID']]);
    }
    const many = Array.from({ length: 101 }, () => 'UnVuOng=');
    expect(await codeOf(await server.ask('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: many }))).toBe(
      'PAGE_INVALID',
    );
  });

  test('variables that are no text or no digest are named', async () => {
    const query = 'query ($p: String!) { sampleByPrefix(prefix: $p) { key } }';
    expect(await codeOf(await server.ask(query, { p: 'a\0' }))).toBe('TEXT_INVALID');
    expect(await codeOf(await server.ask(query, { p: 'a\ud800' }))).toBe('TEXT_INVALID');
    expect(await codeOf(await server.ask(query, { p: 7 }))).toBe('VARIABLES_INVALID');
    const plan = (params: string): Promise<Response> =>
      fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: `{"query":"query ($i: LaunchRunInput!) { planRun(input: $i) { __typename } }","variables":{"i":{"pipeline":"p","params":${params}}}}`,
      });
    for (const levels of [60, 5_000, 100_000])
      expect(await codeOf(await plan('['.repeat(levels) + ']'.repeat(levels)))).toBe('VARIABLES_INVALID');
    expect(await codeOf(await plan(`${'{"a":'.repeat(40)}1${'}'.repeat(40)}`))).toBeUndefined();
    const byKey = 'query ($key: Digest!) { sample(key: $key) { key } }';
    expect(await codeOf(await server.ask(byKey, { key: 'zz' }))).toBe('DIGEST_INVALID');
    const since = 'query ($at: DateTime!) { runs(filter: { createdAfter: $at }) { edges { cursor } } }';
    for (const at of ['+275760-09-13T00:00:00Z', '2026-02-30T99:00Z', 'yesterday', 7])
      expect(await codeOf(await server.ask(since, { at }))).toBe('TIME_INVALID');
  });

  test('a body of 50 MB is refused before it is read, one that is no JSON by name, and so is a batch', async () => {
    const post = (body: string, headers: Record<string, string> = {}) =>
      fetch(`${server.url}/graphql`, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
    const large = await post(JSON.stringify({ query: ' '.repeat(50_000_000) })).then(
      async (response) => [response.status, await codeOf(response)],
      // Sent on after the answer, the rest may meet a closed connection.
      () => [413, 'BODY_TOO_LARGE'],
    );
    expect(large).toEqual([413, 'BODY_TOO_LARGE']);
    for (const body of [
      '{',
      '"x"',
      '7',
      'null',
      '[]',
      '{"query":7}',
      '{"variables":{}}',
      '[{"query":"{ __typename }"}]',
      '{"query":"{__typename}","variables":7}',
    ]) {
      const answer = await post(body);
      const text = await answer.text();
      expect([body, answer.status, answer.status >= 400 && answer.status < 500, /"code":"[A-Z_]+"/.test(text)]).toEqual([
        body,
        expect.any(Number),
        true,
        true,
      ]);
    }
    expect((await server.ask('{ __typename }')).status).toBe(200);
  });

  test('a token may ask so often, and is told when again; health is never counted', () =>
    withServer({ limits: { perMinute: 3 } }, async (own) => {
      for (let i = 0; i < 3; i++) expect((await own.ask('{ __typename }')).status).toBe(200);
      const refused = await own.ask('{ __typename }');
      expect([refused.status, await codeOf(refused)]).toEqual([429, 'RATE_LIMITED']);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await own.get('/health')).status).toBe(200);
    }));

  test('a public server runs the operations of its list, by hash or word for word', () =>
    withServer({ persistedOnly: new Map([[sha256('query A { __typename }'), 'query A { __typename }']]) }, async (own) => {
      const data = { data: { __typename: 'Query' } };
      expect(await (await own.ask('query A { __typename }')).json()).toEqual(data);
      const byHash = await fetch(`${own.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ extensions: { persistedQuery: { version: 1, sha256Hash: sha256('query A { __typename }') } } }),
      });
      expect(await byHash.json()).toEqual(data);
      expect(await codeOf(await own.ask('{ __typename }'))).toBe('OPERATION_NOT_LISTED');
    }));
});

describe('what operators see', () => {
  test('every answer, error and line has the id of its request; a given one is kept where it is well-formed', async () => {
    const answer = await server.ask('query Odd { run(id: "x") { nothing } }', {}, { headers: { 'x-request-id': 'trace-12345' } });
    expect(answer.headers.get('x-request-id')).toBe('trace-12345');
    expect(await answer.json()).toMatchObject({ errors: [{ extensions: { requestId: 'trace-12345' } }] });
    expect(server.lines.at(-1)).toMatchObject({
      requestId: 'trace-12345',
      operation: 'Odd',
      kind: 'query',
      viewer: 'owner',
      codes: ['GRAPHQL_VALIDATION_FAILED'],
      ms: expect.any(Number),
    });
    const made = (await server.get('/artifacts/x', { 'x-request-id': 'a b' })).headers.get('x-request-id');
    expect(made).toMatch(/^[0-9a-f-]{36}$/);
    expect(JSON.stringify(server.lines)).not.toContain('password-in-a-variable');
    await server.ask('query ($id: ID!) { run(id: $id) { state } }', { id: 'password-in-a-variable' });
    expect(JSON.stringify(server.lines)).not.toContain('password-in-a-variable');
  });

  test('the metrics count operations that are known by name, and everything else as other', async () => {
    await server.ask('query Workers { __typename }');
    await server.ask('query MadeUp { __typename }');
    const text = await (await server.get('/metrics')).text();
    expect(text).toMatch(/hopline_api_request_seconds_count\{operation="other",kind="query",outcome="ok"\} [1-9]/);
    expect(text).not.toContain('MadeUp');
    expect(text).toMatch(/hopline_api_request_seconds_count\{operation="image",kind="file",outcome="ok"\} [1-9]/);
    expect(text).toMatch(/hopline_tasks_committed 0/);
    expect(text).toMatch(/hopline_api_events_held_seconds 0/);
    expect(text).toMatch(/hopline_api_pool_connections\{state="waiting"\} \d/);
    expect(text).toMatch(/hopline_api_errors_total\{code="PAGE_INVALID"\} 3/);
  });

  test('the metrics are for tokens of all projects', async () => {
    const { secret } = await createToken(house.services.db, { name: 'one', scope: 'admin', project: 'one' });
    const { secret: every } = await createToken(house.services.db, { name: 'every', scope: 'read' });
    await withServer({ token: 'owner-secret' }, async (own) => {
      const statuses = ['', secret, every, 'owner-secret'].map(async (token) => {
        const response = await own.get('/metrics', token ? { authorization: `Bearer ${token}` } : {});
        await response.text();
        return response.status;
      });
      expect(await Promise.all(statuses)).toEqual([401, 403, 200, 200]);
    });
  });

  test('readiness names each service', async () => {
    const ready = async () => {
      const answer = await server.get('/ready');
      return [answer.status, await answer.json()];
    };
    // Asked again: a machine that stands still for two seconds answers for nobody.
    await expect.poll(ready).toEqual([
      503,
      {
        status: 'failing',
        services: {
          postgres: { ok: true },
          temporal: { ok: false, code: expect.stringMatching(/^(TEMPORAL_UNREACHABLE|NO_ANSWER)$/) },
          store: { ok: true },
        },
      },
    ]);
  });

  test('a browser gets GraphiQL where that is on, without anything from elsewhere', () =>
    withServer({ graphiql: true }, async (own) => {
      const page = await own.get('/graphql', { accept: 'text/html' });
      expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
      const html = await page.text();
      expect(html).not.toMatch(/(src|href)="https?:/);
      expect(html).toContain('YogaGraphiQL.renderYogaGraphiQL');
      expect((await server.get('/graphql', { accept: 'text/html' })).status).not.toBe(200);
    }));
});
