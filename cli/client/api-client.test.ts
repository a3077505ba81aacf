import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiClient, type SubscribeOptions } from './api-client.ts';
import type { Document } from './graphql.ts';

let server: Server;
let url: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.headers.authorization === 'Bearer older') {
      const error = { message: 'Cannot query field "n" on type "Query".', extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } };
      response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ errors: [error] }));
    } else if (request.headers.authorization !== 'Bearer secret') {
      response
        .writeHead(401, { 'content-type': 'application/json' })
        .end('{"errors":[{"message":"no","extensions":{"code":"UNAUTHENTICATED","hint":"set HOPLINE_TOKEN"}}]}');
    } else if (request.headers.accept === 'text/event-stream') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(':\n\nevent: next\ndata: {"data":{"n":1');
      request.on('data', (body) => {
        if (String(body).includes('broken')) setTimeout(() => response.end(), 20);
        else if (!String(body).includes('silent'))
          setTimeout(() => response.end('}}\n\nevent: next\ndata: {"data":{"n":2}}\n\nevent: complete\ndata:\n\n'), 20);
      });
    } else {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":{"n":7}}');
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});

const anything = parse('{ n }') as unknown as Document<{ n: number }, object>;
const live = (): SubscribeOptions => ({ signal: new AbortController().signal });

test('a query answers its data', async () => {
  expect(await new ApiClient({ url, token: 'secret' }).query(anything, {})).toEqual({ n: 7 });
});

test("the server's code and hint become a named error", async () => {
  await expect(new ApiClient({ url }).query(anything, {})).rejects.toMatchObject({
    code: 'UNAUTHENTICATED',
    hint: 'set HOPLINE_TOKEN',
  });
});

test('a server that does not know what we ask is one of another version', async () => {
  await expect(new ApiClient({ url, token: 'older' }).query(anything, {})).rejects.toMatchObject({
    code: 'GRAPHQL_VALIDATION_FAILED',
    hint: expect.stringContaining('another version'),
  });
});

test('events that arrive in pieces come whole and in order', async () => {
  const seen: number[] = [];
  for await (const event of new ApiClient({ url, token: 'secret' }).subscribe(anything, {}, live())) seen.push(event.n);
  expect(seen).toEqual([1, 2]);
});

test('a stream that breaks off is an outage, and so is one that falls silent; the time of a slow reader is none', async () => {
  const client = new ApiClient({ url, token: 'secret' });
  const read = async (part: string, options: SubscribeOptions, pause = 0): Promise<number[]> => {
    const seen: number[] = [];
    for await (const event of client.subscribe(anything, { part }, options)) {
      seen.push(event.n);
      if (seen.length === 1) await sleep(pause);
    }
    return seen;
  };
  await expect(read('broken', live())).rejects.toMatchObject({ code: 'API_UNREACHABLE' });
  await expect(read('silent', { ...live(), silence: 100 })).rejects.toMatchObject({ code: 'API_UNREACHABLE' });
  expect(await read('whole', { ...live(), silence: 2_000 }, 3_000)).toEqual([1, 2]);
});

test('an address where nothing listens is named', async () => {
  await expect(new ApiClient({ url: 'http://127.0.0.1:9' }).query(anything, {})).rejects.toMatchObject({
    code: 'API_UNREACHABLE',
  });
});
