import { createHash, timingSafeEqual } from 'node:crypto';
import type { Plugin } from 'graphql-yoga';

/** Asks every request but `GET /health` for `Authorization: Bearer TOKEN`. Compared in constant time. */
export function useBearerToken(token: string): Plugin {
  const expected = digest(`Bearer ${token}`);
  return {
    onRequest({ request, url, fetchAPI, endResponse }) {
      if (request.method === 'GET' && url.pathname === '/health') return;
      if (timingSafeEqual(digest(request.headers.get('authorization') ?? ''), expected)) return;
      const body = {
        errors: [
          {
            message: 'request.authorization must be the bearer token of this server',
            extensions: { code: 'UNAUTHENTICATED', hint: 'set HOPLINE_TOKEN to the token that the server was started with' },
          },
        ],
      };
      endResponse(fetchAPI.Response.json(body, { status: 401, headers: { 'www-authenticate': 'Bearer' } }));
    },
  };
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
