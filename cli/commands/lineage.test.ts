import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { colourRows, rowsReader } from '../../api/api-house.ts';
import { type PostgresHouse, startPostgresHouse } from '../../api/fixtures/postgres-house.ts';
import { createApi } from '../../api/server/create-api.ts';
import { listen } from '../../api/server/listen.ts';
import { registerDataset } from '../../engine/runs/register-dataset.ts';
import type { CommandContext } from '../command-context.ts';
import { withoutColours } from '../terminal/visible-length.ts';
import { type LineageOptions, lineage } from './lineage.ts';

let house: PostgresHouse;
let server: Awaited<ReturnType<typeof listen>>;
let home: string;
let image: string;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'hopline-lineage-'));
  house = await startPostgresHouse();
  await registerDataset(house.services, { name: 'toy', reader: rowsReader(await colourRows(2)) });
  server = await listen(createApi({ services: house.services }), '127.0.0.1', 0);
  const [row] = await house.services.db.query<{ key: string }>(
    `SELECT key FROM sample WHERE medium = 'image' ORDER BY id DESC LIMIT 1`,
  );
  image = row!.key;
});
afterAll(async () => {
  server?.server.closeAllConnections();
  await new Promise((resolve) => server?.server.close(resolve));
  await house?.stop();
  rmSync(home, { recursive: true, force: true });
});

interface Setting {
  env?: NodeJS.ProcessEnv;
  terminal?: { isTTY: boolean; columns: number; rows: number };
  json?: boolean;
}

/** What the command prints about the picture. */
async function told(options: Partial<LineageOptions>, { env = {}, terminal, json = false }: Setting = {}): Promise<string> {
  const out: string[] = [];
  const context = {
    env: { HOPLINE_API_URL: server.url, HOPLINE_HOME: home, ...env },
    cwd: '/',
    print: (text: string) => void out.push(text),
    note: () => undefined,
    stdin: process.stdin,
    stdout: (terminal ?? {}) as CommandContext['stdout'],
    stderr: process.stderr,
    json,
    debug: false,
    signal: new AbortController().signal,
  };
  expect(await lineage(context, image.slice(0, 16), { depth: 20, pictures: 'auto', ...options })).toBe(0);
  return withoutColours(out.join('\n'));
}

const wide = { isTTY: true, columns: 80, rows: 24 };
const truecolour = { TERM: 'xterm-256color', COLORTERM: 'truecolor' };

test('a picture stands in a pipe as the path of its file, with its row', async () => {
  const path = join(home, 'pictures', `${image.slice(0, 16)}.png`);
  expect(await told({}, { env: { ...truecolour, KITTY_WINDOW_ID: '1' } })).toBe(
    `image ${image.slice(0, 12)}  ${path}\nreal: dataset toy, row row-1 (test)`,
  );
  expect(readFileSync(path).subarray(1, 4).toString()).toBe('PNG');
});

test('in a terminal of 24-bit colours it is drawn, 4 pixels as 32 half blocks', async () => {
  const lines = (await told({}, { env: truecolour, terminal: wide })).split('\n');
  expect(lines).toEqual([
    `image ${image.slice(0, 12)}`,
    ...Array(16).fill('▀'.repeat(32)),
    'real: dataset toy, row row-1 (test)',
  ]);
});

test('in a terminal that is narrow and low it is drawn as large as fits', async () => {
  const lines = (await told({}, { env: truecolour, terminal: { isTTY: true, columns: 10, rows: 6 } })).split('\n');
  expect(lines.filter((line) => line.includes('▀'))).toEqual(['▀▀▀▀', '▀▀▀▀']);
});

test('with --down pictures are smaller, since there may be many', async () => {
  const lines = (await told({ down: true }, { env: truecolour, terminal: wide })).split('\n');
  expect(lines.filter((line) => line.includes('▀'))).toEqual(Array(8).fill('▀'.repeat(16)));
});

test('NO_COLOR gives files, and what is asked for counts more than what the terminal says', async () => {
  expect(await told({}, { env: { ...truecolour, NO_COLOR: '1' }, terminal: wide })).toContain('.png');
  expect(await told({ pictures: 'kitty' })).toContain('\u001b_Ga=T,f=100');
  expect(await told({ pictures: 'iterm' }, { env: { NO_COLOR: '1' } })).toContain('\u001b]1337;File=');
});

test('with none, nothing is fetched or written', async () => {
  rmSync(join(home, 'pictures'), { recursive: true });
  expect(await told({ pictures: 'none' })).toContain(`${server.url}/samples/${image}/image`);
  expect(existsSync(join(home, 'pictures'))).toBe(false);
});

test('JSON has paths whatever was asked for', async () => {
  const { sample, pictures } = JSON.parse(await told({ pictures: 'kitty' }, { json: true })) as {
    sample: { key: string };
    pictures: Record<string, string>;
  };
  expect(sample.key).toBe(image);
  expect(pictures).toEqual({ [image]: join(home, 'pictures', `${image.slice(0, 16)}.png`) });
  expect(JSON.parse(await told({ pictures: 'none' }, { json: true }))).toMatchObject({ pictures: {} });
});

test('a picture whose shard is lost is told of, and the rest is shown', async () => {
  const [shard] = await house.services.db.query<{ digest: string }>(
    'SELECT a.digest FROM artifact a JOIN sample s ON s.artifact_id = a.id WHERE s.key = $1',
    [`\\x${image}`],
  );
  await house.services.store.delete(shard!.digest);
  // The server that was asked before still has it in memory.
  const other = await listen(createApi({ services: house.services }), '127.0.0.1', 0);
  const story = await told({}, { env: { ...truecolour, HOPLINE_API_URL: other.url }, terminal: wide });
  other.server.closeAllConnections();
  await new Promise((resolve) => other.server.close(resolve));
  expect(story).toMatch(/^image \w{12} {2}\(not readable: OBJECT_\w+\)\nreal: dataset toy, row row-1 \(test\)$/);
});
