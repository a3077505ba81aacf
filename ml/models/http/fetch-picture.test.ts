import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchPicture } from './fetch-picture.ts';

const limits = { timeoutSeconds: 10, maxBytes: 10_000, maxPixels: 10_000, allowPrivate: false, allowRedirects: false };
const never = new AbortController().signal;
const failing = (message: RegExp, permanent: boolean) => ({
  code: 'MODEL_ANSWER_INVALID',
  message: expect.stringMatching(message),
  permanent,
  concernsSample: true,
});

describe('a picture that an answer names', () => {
  let server: Server;
  let base: string;
  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.url === '/on') response.writeHead(302, { location: '/page' }).end();
      else if (request.url === '/page') response.writeHead(200, { 'content-type': 'text/html' }).end('<p>');
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());

  it.each(['http://[::ffff:10.0.0.1]/x.png', 'http://169.254.169.254/latest', 'http://2130706433/', 'http://localhost/x.png'])(
    'inside, as %s, fails the sample and not the run',
    async (url) => {
      await expect(fetchPicture(new URL(url), limits, never)).rejects.toMatchObject(failing(/must be a public address/, true));
    },
  );

  it('and that leads on, is not there, or is a page', async () => {
    const inside = { ...limits, allowPrivate: true };
    const fetched = (path: string, more = {}) => fetchPicture(new URL(path, base), { ...inside, ...more }, never);
    await expect(fetched('/on')).rejects.toMatchObject(failing(/must not redirect/, true));
    await expect(fetched('/on', { allowRedirects: true })).rejects.toMatchObject(
      failing(/must be a picture, got text\/html/, false),
    );
    await expect(fetched('/none')).rejects.toMatchObject(failing(/status 404/, false));
  });
});
