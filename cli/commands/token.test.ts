import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PostgresHouse, startPostgresHouse } from '../../api/fixtures/postgres-house.ts';
import { createApi } from '../../api/server/create-api.ts';
import { listen } from '../../api/server/listen.ts';
import type { CommandContext } from '../command-context.ts';
import { tokenCreate } from './token-create.ts';
import { tokenLs } from './token-ls.ts';
import { tokenRevoke } from './token-revoke.ts';

let house: PostgresHouse;
let server: Awaited<ReturnType<typeof listen>>;

beforeAll(async () => {
  house = await startPostgresHouse();
  server = await listen(createApi({ services: house.services, token: 'the-secret-of-the-server' }), '127.0.0.1', 0);
});
afterAll(async () => {
  server?.server.closeAllConnections();
  await new Promise((resolve) => server?.server.close(resolve));
  await house?.stop();
});

/** Runs a command against the server; returns what it printed. */
async function hopline(
  command: (context: CommandContext) => Promise<number>,
  { json = false, token = 'the-secret-of-the-server' } = {},
): Promise<{ code: number; out: string[]; notes: string[] }> {
  const out: string[] = [];
  const notes: string[] = [];
  const context = {
    env: { HOPLINE_API_URL: server.url, HOPLINE_TOKEN: token },
    cwd: '/',
    print: (text: string) => void out.push(text),
    note: (text: string) => void notes.push(text),
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    json,
    debug: false,
    signal: new AbortController().signal,
  };
  return { code: await command(context), out, notes };
}

const DAY = 86_400_000;

test('a token is made, works, is listed and revoked', async () => {
  const made = await hopline((context) =>
    tokenCreate(context, { name: 'ci', scope: 'admin', project: 'lab', expires: 30 * DAY }),
  );
  expect([made.code, made.out]).toEqual([0, [expect.stringMatching(/^hop_[\w-]{43}$/)]]);
  expect(made.notes[0]).toMatch(/^token \d+: scope admin, project lab, expires .*shown this once/);
  const token = made.out[0]!;

  const listed = JSON.parse((await hopline(tokenLs, { json: true, token })).out[0]!) as { tokenId: string; name: string }[];
  expect(listed).toEqual([expect.objectContaining({ name: 'ci', scope: 'ADMIN', project: 'lab', revokedAt: null })]);
  expect(JSON.stringify(listed)).not.toContain(token);

  const { tokenId } = listed[0]!;
  const revoked = await hopline((context) => tokenRevoke(context, tokenId), { json: true });
  expect(JSON.parse(revoked.out[0]!)).toMatchObject({ tokenId, revokedAt: expect.any(String) });
  expect((await hopline(tokenLs)).out[0]).toMatch(/ci +admin +lab +revoked/);
});

test('with --json the secret is in the one object; one that never expires says so', async () => {
  const { out } = await hopline((context) => tokenCreate(context, { name: 'for ever', scope: 'read', expires: null }), {
    json: true,
  });
  expect(JSON.parse(out[0]!)).toMatchObject({
    name: 'for ever',
    scope: 'READ',
    expiresAt: null,
    secret: expect.stringMatching(/^hop_/),
  });
  expect((await hopline(tokenLs)).out[0]).toMatch(/for ever +read +all +for ever/);
});

test('what may not be is an error with its code', async () => {
  await expect(hopline((context) => tokenRevoke(context, '4711'))).rejects.toMatchObject({ code: 'TOKEN_NOT_FOUND' });
  await expect(hopline((context) => tokenRevoke(context, 'x'))).rejects.toMatchObject({ code: 'TOKEN_NOT_FOUND' });
  await expect(hopline(tokenLs, { token: 'wrong' })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  const reader = (await hopline((context) => tokenCreate(context, { name: 'r', scope: 'read', expires: DAY }))).out[0]!;
  await expect(
    hopline((context) => tokenCreate(context, { name: 'more', scope: 'admin', expires: DAY }), { token: reader }),
  ).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

test('every page of a long list is shown', async () => {
  await house.services.db.query(
    `INSERT INTO token (name, hash, scopes) SELECT 'bulk', sha256(i::text::bytea), '{read}' FROM generate_series(1, 130) i`,
  );
  const { out } = await hopline(tokenLs, { json: true });
  expect((JSON.parse(out[0]!) as { name: string }[]).filter(({ name }) => name === 'bulk')).toHaveLength(130);
});
