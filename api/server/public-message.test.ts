import { expect, test } from 'vitest';
import { publicMessage } from './public-message.ts';

test.each([
  [
    'DATABASE_UNREACHABLE',
    'DATABASE_URL must lead to a running Postgres, got ECONNREFUSED 10.0.0.7:5432 at postgresql://10.0.0.7/lab',
    'DATABASE_URL must lead to a running Postgres',
  ],
  ['TEMPORAL_UNREACHABLE', 'TEMPORAL_ADDRESS must be a server, got 10.0.0.8:7233', 'TEMPORAL_ADDRESS must be a server'],
  [
    'OBJECT_CORRUPT',
    'object must have its bytes at file:///var/lib/store, got abc',
    'object must have its bytes at file://..., got abc',
  ],
  ['PAGE_INVALID', 'page.first must be 1 to 100, got 101', 'page.first must be 1 to 100, got 101'],
])('%s tells no address of the site', (code, message, shown) => {
  expect(publicMessage({ code, message })).toBe(shown);
});
