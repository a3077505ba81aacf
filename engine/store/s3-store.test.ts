import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, utimesSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline, Transform } from 'node:stream';
import { inspect } from 'node:util';
import { S3 } from '@aws-sdk/client-s3';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../plan/digest.ts';
import { checkStore } from './check-store.ts';
import { type S3Server, startS3 } from './fixtures/start-s3.ts';
import { versitygwProgram } from './fixtures/versitygw-program.ts';
import { openStore } from './open-store.ts';
import type { Store } from './store.ts';

const skip = !versitygwProgram();
const folder = mkdtempSync(join(tmpdir(), 'hopline-s3-store-'));
let server: S3Server;
let store: Store;
const proxies: Server[] = [];

beforeAll(async () => {
  if (skip) return;
  server = await startS3({ folder });
  store = openStore(server.url, server.env);
});
afterEach(() => {
  for (const proxy of proxies.splice(0)) proxy.close();
});
afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const text = (words: string): Uint8Array => Buffer.from(words);
const uploads = (): string[] =>
  readdirSync(join(server.bucketFolder, '.sgwtmp'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);

describe.skipIf(skip)('what is wrong with a store in S3 has a name', () => {
  const failures = async (url: string, env: NodeJS.ProcessEnv): Promise<Record<string, unknown>> => {
    const other = openStore(url, env);
    const failure = async (work: Promise<unknown>) =>
      (await work.then(
        () => 'none',
        (error: unknown) => error,
      )) as Error;
    const errors = {
      check: await failure(other.check()),
      put: await failure(other.put(text('x'), 'text/plain')),
      get: await failure(other.get(sha256('x'))),
      stat: await failure(other.stat(sha256('x'))),
    };
    for (const error of Object.values(errors)) {
      expect(inspect(error, { depth: 5, showHidden: true })).not.toMatch(/hopline-test|topsecret/);
      expect((error as { permanent?: boolean }).permanent).toBe(true);
    }
    return Object.fromEntries(Object.entries(errors).map(([name, error]) => [name, (error as { code?: string }).code]));
  };

  it('no credentials', async () => {
    const all = 'STORE_CREDENTIALS_MISSING';
    expect(await failures(server.url, {})).toEqual({ check: all, put: all, get: all, stat: all });
    await expect(checkStore(server.url, { AWS_ACCESS_KEY_ID: 'a' })).rejects.toThrow('AWS_SECRET_ACCESS_KEY must be set');
  });

  it('credentials that the server refuses', async () => {
    const refused = { check: 'STORE_UNREADABLE', put: 'STORE_READ_ONLY', get: 'STORE_UNREADABLE', stat: 'STORE_UNREADABLE' };
    expect(await failures(server.url, { ...server.env, AWS_SECRET_ACCESS_KEY: 'topsecret' })).toEqual(refused);
    expect(await failures(server.url, { ...server.env, AWS_ACCESS_KEY_ID: 'topsecret-key' })).toMatchObject({
      check: 'STORE_UNREADABLE',
      put: 'STORE_READ_ONLY',
    });
  });

  it('a bucket that is not there', async () => {
    const all = 'STORE_BUCKET_MISSING';
    expect(await failures('s3://nothing-here/x', server.env)).toEqual({ check: all, put: all, get: all, stat: all });
  });

  it('an endpoint with a password, a time that is none', async () => {
    const all = 'CONFIG_INVALID';
    const endpoint = { ...server.env, AWS_ENDPOINT_URL_S3: 'http://me:topsecret@127.0.0.1:1' };
    expect(await failures(server.url, endpoint)).toMatchObject({ check: all, put: all });
    expect(await failures(server.url, { ...server.env, HOPLINE_STORE_TIMEOUT_SECONDS: 'soon' })).toMatchObject({ check: all });
  });

  it('a full disk, until there is room', async (context) => {
    const full = join(folder, 'full');
    mkdirSync(full);
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', full]).status !== 0)
      return context.skip('needs the right to mount');
    const small = await startS3({ folder: full });
    try {
      const tight = openStore(small.url, { ...small.env, HOPLINE_STORE_TIMEOUT_SECONDS: '5' });
      const { digest } = await tight.put(Buffer.alloc(1 << 20, 1), 'text/plain');
      await expect(tight.put(Buffer.alloc(8 << 20, 2), 'text/plain')).rejects.toMatchObject({
        code: 'STORE_FULL',
        permanent: false,
      });
      expect(await tight.has(sha256(Buffer.alloc(8 << 20, 2)))).toBe(false);
      expect(await tight.get(digest)).toHaveLength(1 << 20);
      await tight.put(Buffer.alloc(1 << 20, 3), 'text/plain');
    } finally {
      await small.stop();
      execFileSync('umount', [full]);
    }
  });
});

describe.skipIf(skip)('a store in S3 whose server is in trouble', () => {
  const unreachable = { code: 'STORE_UNREACHABLE', permanent: false };

  it('is unreachable while the server is down, and serves again when it is up', async () => {
    const { digest } = await store.put(text('before'), 'text/plain');
    await server.stop();
    await expect(store.get(digest)).rejects.toMatchObject(unreachable);
    await expect(store.put(text('meanwhile'), 'text/plain')).rejects.toMatchObject(unreachable);
    await expect(store.stat(digest)).rejects.toMatchObject(unreachable);
    server = await startS3({ folder, port: server.port });
    expect(Buffer.from(await store.get(digest)).toString()).toBe('before');
    await store.put(text('meanwhile'), 'text/plain');
  });

  it('does not wait for ever for a server that hangs', async () => {
    const impatient = openStore(server.url, { ...server.env, HOPLINE_STORE_TIMEOUT_SECONDS: '3' });
    const { digest } = await store.put(text('thawed'), 'text/plain');
    process.kill(server.pid, 'SIGSTOP');
    try {
      await expect(impatient.put(text('frozen'), 'text/plain')).rejects.toMatchObject(unreachable);
      await expect(impatient.get(digest)).rejects.toMatchObject(unreachable);
    } finally {
      process.kill(server.pid, 'SIGCONT');
    }
    expect(Buffer.from(await impatient.get(digest)).toString()).toBe('thawed');
  });

  it('waits for a server that answers slowly', async () => {
    const port = await proxy(
      () => new Transform({ transform: (chunk, _, done) => void setTimeout(() => done(null, chunk), 150) }),
    );
    const slow = openStore(server.url, {
      ...server.env,
      AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}`,
      HOPLINE_STORE_TIMEOUT_SECONDS: '9',
    });
    const bytes = Buffer.alloc(100_000, 7);
    const { digest } = await slow.put(bytes, 'text/plain');
    expect(bytes.equals(await slow.get(digest))).toBe(true);
  });

  it('asks again for what broke off in the middle', async () => {
    let cuts = 0;
    const port = await proxy((side) => {
      let passed = 0;
      return new Transform({
        transform(chunk, _, done) {
          passed += chunk.length;
          const cut = side === 'answer' && passed > 200_000 && cuts++ < 2;
          done(cut ? new Error('cut') : null, chunk);
        },
      });
    });
    const bytes = Buffer.alloc(3 << 20, 9);
    const { digest } = await store.put(bytes, 'text/plain');
    const shaky = openStore(server.url, { ...server.env, AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}` });
    expect(bytes.equals(await shaky.get(digest))).toBe(true);
    expect(cuts).toBeGreaterThanOrEqual(2);
  });

  it('leaves nothing to be seen of an upload in parts that the server did not survive', async () => {
    const bytes = Buffer.alloc(64 << 20, 5);
    const hasty = openStore(server.url, { ...server.env, HOPLINE_STORE_TIMEOUT_SECONDS: '2' });
    const put = hasty.put(bytes, 'text/plain').then(
      () => 'stored',
      (error: { code: string }) => error.code,
    );
    while (!uploads().length) await new Promise((resolve) => setTimeout(resolve, 5));
    await server.stop();
    expect(await put).toBe('STORE_UNREACHABLE');
    server = await startS3({ folder, port: server.port });
    expect(await store.has(sha256(bytes))).toBe(false);
    await store.put(bytes, 'text/plain');
    expect(await store.stat(sha256(bytes))).toEqual({ size: bytes.length });
  });
});

describe.skipIf(skip)('a store in S3 that is large', () => {
  it('keeps an object of 200 MB, written by two at once, and heals it', async () => {
    const bytes = Buffer.alloc(200 << 20);
    for (let at = 0; at < bytes.length; at += 4096) bytes.writeUInt32LE(at, at);
    const other = openStore(server.url, server.env);
    const [{ digest }] = await Promise.all([store.put(bytes, 'x/y'), other.put(bytes, 'x/y')]);
    expect(digest).toBe(sha256(bytes));
    expect((await store.get(digest)).length).toBe(bytes.length);
    expect(await store.getRange(digest, 150 << 20, (150 << 20) + 4)).toEqual(bytes.subarray(150 << 20, (150 << 20) + 4));
    truncateSync(join(server.bucketFolder, 'store/objects', digest.slice(0, 2), digest.slice(2)), 1000);
    await store.put(bytes, 'x/y');
    expect((await store.get(digest)).length).toBe(bytes.length);
  });

  it('lists 1,200 objects page by page, and none of another prefix', async () => {
    const many = openStore(server.url.replace('/store', '/many'), server.env);
    const put = new Set<string>();
    for (let at = 0; at < 1200; at += 50) {
      const refs = await Promise.all(Array.from({ length: 50 }, (_, i) => many.put(text(`object ${at + i}`), 'text/plain')));
      for (const { digest } of refs) put.add(digest);
    }
    await openStore(server.url.replace('/store', '/many-more'), server.env).put(text('another'), 'text/plain');
    const listed = [];
    for await (const { digest, size } of many.objects()) {
      expect(size).toBeGreaterThan(7);
      listed.push(digest);
    }
    expect(listed).toHaveLength(1200);
    expect(new Set(listed)).toEqual(put);
  });
});

it.skipIf(skip)('uploads in parts that nobody goes on with are leftovers after a day', async () => {
  const { AWS_ENDPOINT_URL_S3: endpoint, AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = server.env;
  const credentials = { accessKeyId, secretAccessKey };
  const s3 = new S3({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials });
  const begin = async (prefix: string): Promise<string> => {
    const Key = `${prefix}/objects/ab/${'c'.repeat(62)}`;
    const { UploadId } = await s3.createMultipartUpload({ Bucket: 'hopline', Key });
    await s3.uploadPart({ Bucket: 'hopline', Key, UploadId, PartNumber: 1, Body: 'half' });
    return UploadId!;
  };
  const [old, young, foreign] = [await begin('rest'), await begin('rest'), await begin('other')];
  const twoDaysAgo = new Date(Date.now() - 48 * 3_600_000);
  for (const entry of readdirSync(join(server.bucketFolder, '.sgwtmp'), { recursive: true, withFileTypes: true })) {
    if (entry.name === old || entry.name === foreign) utimesSync(join(entry.parentPath, entry.name), twoDaysAgo, twoDaysAgo);
  }
  const rest = openStore('s3://hopline/rest', server.env);
  expect(await rest.leftovers()).toEqual([{ name: expect.stringContaining(old), size: 4 }]);
  expect(await rest.removeLeftovers()).toBe(1);
  expect(await rest.leftovers()).toEqual([]);
  const { Uploads = [] } = await s3.listMultipartUploads({ Bucket: 'hopline' });
  expect(Uploads.map(({ UploadId }) => UploadId)).toEqual(expect.arrayContaining([young, foreign]));
});

it('the SDK of S3 is loaded when a store in S3 is used, not before', async () => {
  const entryPoints = [join(import.meta.dirname, 'index.ts')];
  const { metafile } = await build({
    entryPoints,
    bundle: true,
    packages: 'external',
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
  });
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
  const kinds = imports.filter(({ path }) => path.startsWith('@aws-sdk/')).map(({ kind }) => kind);
  expect(kinds).toEqual(['dynamic-import']);
});

/** A way to the server on which bytes fare as `through` says. */
async function proxy(through: (side: 'question' | 'answer') => Transform): Promise<number> {
  const listener = createServer((client) => {
    const upstream = connect(server.port, '127.0.0.1');
    pipeline(client, through('question'), upstream, () => {});
    pipeline(upstream, through('answer'), client, () => {});
  });
  proxies.push(listener);
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  return (listener.address() as { port: number }).port;
}
