import type { Plugin } from 'graphql-yoga';
import { knownIdentity } from '../auth/request-identity.ts';
import { refusal } from './refuse.ts';

/** Lets only requests through that a foreign page can't make a browser send. A POST must carry JSON, which takes a CORS preflight that we never
 *  grant with cookies. (Mutations by GET are refused by yoga itself.) A request that is signed in by its cookie must come from a page of this
 *  very origin: `SameSite=Strict` alone would let through pages on other ports of this host. */
export function useCsrfPrevention(): Plugin {
  return {
    onRequest({ request, fetchAPI, endResponse }) {
      const refuse = (code: string, message: string, status: number): void =>
        endResponse(refusal(fetchAPI, status, { code, message }));
      if (request.method === 'POST') {
        const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
        if (type !== 'application/json' && type !== 'application/graphql+json') {
          const message = `request.contentType must be application/json, got ${type ?? 'none'}`;
          return refuse('CONTENT_TYPE_REFUSED', message, 415);
        }
      }
      if (knownIdentity(request)?.by !== 'session' || isSameOrigin(request)) return;
      const origin = request.headers.get('origin') ?? 'none';
      refuse(
        'ORIGIN_REFUSED',
        `request.origin must be this server's own for a request with a session cookie, got ${origin}`,
        403,
      );
    },
  };
}

/** By what the browser itself says, host and port: a proxy may have taken the TLS off. A GET that a page of ours starts has no `Origin`. */
function isSameOrigin(request: Request): boolean {
  const site = request.headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin' && site !== 'none') return false;
  const origin = request.headers.get('origin');
  if (origin === null) return request.method === 'GET';
  return URL.canParse(origin) && new URL(origin).host === request.headers.get('host')?.toLowerCase();
}
