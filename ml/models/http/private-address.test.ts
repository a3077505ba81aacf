import type { LookupAddress } from 'node:dns';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exchange } from './exchange.ts';
import type { Resolve } from './guarded-lookup.ts';
import { isPrivateAddress } from './private-address.ts';
import { urlFault } from './url-fault.ts';

describe('an address', () => {
  it.each([
    '127.0.0.1',
    '127.255.255.254',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    'fe80::1',
    'fe80::1%eth0',
    'fc00::1',
    'fd12:3456::1',
    'ff02::1',
    '2001:db8::1',
    '::ffff:127.0.0.1',
    '::ffff:a00:1',
    '::ffff:0:127.0.0.1',
    '::127.0.0.1',
    '64:ff9b::10.0.0.1',
    '2002:7f00:1::',
    'localhost',
    '',
  ])('%s is of this machine, its network or nobody', (address) => expect(isPrivateAddress(address)).toBe(true));

  it.each([
    '1.1.1.1',
    '172.15.255.255',
    '172.32.0.1',
    '100.128.0.1',
    '8.8.8.8',
    '2606:4700:4700::1111',
    '::ffff:8.8.8.8',
    '64:ff9b::8.8.8.8',
    '2002:808:808::1',
  ])('%s is public', (address) => expect(isPrivateAddress(address)).toBe(false));
});

describe('a URL', () => {
  const outside = { allowPrivate: false };
  it.each([
    'https://127.0.0.1/v1',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0177.0.0.1/',
    'https://127.1/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://192.168.0.1.:443/',
  ])('%s names the house in whatever form', (url) => expect(urlFault(url, outside)).toMatch(/must be a public address/));

  it.each([
    ['http://example.com/v1', /must be https/],
    ['ftp://example.com', /must be an http/],
    ['file:///etc/passwd', /must be an http/],
    ['nothing', /must be an http/],
    ['https://user:hunter2@example.com/', /no user and no password/],
    ['https://example.com/?api_key=hunter2', /parameter "api_key"/],
    ['https://example.com/#hunter2', /no fragment/],
  ])('%s is refused, and never repeated', (url, fault) => {
    expect(urlFault(url, outside)).toMatch(fault);
    expect(urlFault(url, outside)).not.toContain('hunter2');
  });

  it('inside is fine where it is allowed, also in clear text', () => {
    expect(urlFault('http://127.0.0.1:8000/v1', { allowPrivate: true })).toBeNull();
    expect(urlFault('https://api.openai.com/v1?api-version=2024', outside)).toBeNull();
  });
});

describe('a name', () => {
  let server: Server;
  let port: number;
  let requests = 0;
  beforeAll(async () => {
    server = createServer((_, response) => {
      requests++;
      response.end('inside');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => void server.close());

  const never = new AbortController().signal;
  const ask = (host: string, resolve?: Resolve, allowPrivate = false) =>
    exchange(
      { method: 'GET', url: new URL(`http://${host}:${port}/`), headers: {} },
      { timeoutSeconds: 10, maxBytes: 1000, allowPrivate },
      never,
      resolve,
    );
  const answering =
    (...answers: string[][]): Resolve =>
    (_host, _options, done) => {
      const addresses = answers.length > 1 ? answers.shift()! : answers[0]!;
      done(
        null,
        addresses.map((address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
    };
  const refused = { code: 'MODEL_ADDRESS_REFUSED', permanent: true, hint: expect.stringContaining('allowPrivate') };

  it('that leads inside is refused at the moment of connecting', async () => {
    await expect(ask('localhost')).rejects.toMatchObject(refused);
    for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1', '169.254.169.254'])
      await expect(ask('rebound.example', answering([address]))).rejects.toMatchObject(refused);
    await expect(ask('rebound.example', answering(['1.1.1.1', '127.0.0.1']))).rejects.toMatchObject(refused);
    expect(requests).toBe(0);
  });

  it('that changes its mind between two looks is asked once for each connection, and that answer counts', async () => {
    let looks = 0;
    const rebinding: Resolve = (host, options, done) => {
      looks++;
      answering([looks === 1 ? '127.0.0.1' : '1.1.1.1'])(host, options, done);
    };
    await expect(ask('rebinding.example', rebinding)).rejects.toMatchObject(refused);
    expect([looks, requests]).toEqual([1, 0]);
  });

  it('never gains by a connection that somebody else may use', async () => {
    expect((await ask('localhost', undefined, true)).body.toString()).toBe('inside');
    await expect(ask('localhost')).rejects.toMatchObject(refused);
    expect(requests).toBe(1);
  });

  it('in numbers is checked without any look', async () => {
    for (const host of ['127.0.0.1', '2130706433', '[::ffff:127.0.0.1]']) await expect(ask(host)).rejects.toMatchObject(refused);
    expect(requests).toBe(1);
  });
});
