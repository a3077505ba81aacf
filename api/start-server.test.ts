import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { startServer } from './start-server.ts';

const env = {
  DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none',
  STORE_URL: 'file:///nowhere',
  TEMPORAL_ADDRESS: '127.0.0.1:1',
  HOPLINE_API_PORT: '0',
};
const start = (more: NodeJS.ProcessEnv) => startServer({ ...env, ...more }, () => {});

test('a port in use, an impossible one, a missing address and an open door are refused by name', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  await expect(start({ HOPLINE_API_PORT: String((other.address() as AddressInfo).port) })).rejects.toMatchObject({
    code: 'PORT_IN_USE',
  });
  other.close();
  await expect(start({ HOPLINE_API_PORT: '99999' })).rejects.toMatchObject({ code: 'PORT_INVALID' });
  await expect(start({ DATABASE_URL: '' })).rejects.toMatchObject({ code: 'CONFIG_MISSING' });
  await expect(start({ HOPLINE_API_HOST: '0.0.0.0' })).rejects.toMatchObject({ code: 'TOKEN_MISSING' });
  await expect(start({ HOPLINE_API_HOST: '0.0.0.0', HOPLINE_TOKEN: 'short' })).rejects.toMatchObject({ code: 'TOKEN_WEAK' });
  await expect(start({ HOPLINE_ALLOWED_ORIGINS: 'lab.example' })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
});

test('a server whose services are gone starts, is well itself, and names each of them that is not ready', async () => {
  const server = await start({ STORE_URL: 'file:///proc/nowhere' });
  const ask = async (path: string) => {
    const answer = await fetch(`${server.url}/${path}`);
    return [answer.status, await answer.json()];
  };
  expect(await ask('health')).toEqual([200, { status: 'ok' }]);
  // Asked again: a machine that stands still for two seconds gets no answer from anybody.
  await expect
    .poll(() => ask('ready'))
    .toEqual([
      503,
      {
        status: 'failing',
        services: {
          postgres: { ok: false, code: 'DATABASE_UNREACHABLE' },
          temporal: { ok: false, code: expect.stringMatching(/^(TEMPORAL_UNREACHABLE|NO_ANSWER)$/) },
          store: { ok: false, code: expect.stringMatching(/^(STORE_UNREADABLE|STORE_READ_ONLY|STORE_NOT_A_FOLDER|NO_ANSWER)$/) },
        },
      },
    ]);
  await server.close();
});

test.each([
  [{ HOPLINE_API_TIMEOUT_SECONDS: '0' }],
  [{ HOPLINE_API_RATE: 'many' }],
  [{ HOPLINE_LOG_LEVEL: 'loud' }],
  [{ HOPLINE_API_PERSISTED_ONLY: '/nowhere.json' }],
])('%j is refused by name', async (env) => {
  await expect(start(env)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining(Object.keys(env)[0]!),
  });
});
