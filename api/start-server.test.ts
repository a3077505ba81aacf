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
});

test('a server whose database is gone starts, and says so', async () => {
  const server = await start({});
  const response = await fetch(`${server.url}/health`);
  expect([response.status, await response.json()]).toEqual([503, { status: 'failing', code: 'DATABASE_UNREACHABLE' }]);
  await server.close();
});
