import type { Plugin } from 'graphql-yoga';
import { HoplineError } from '../../engine/plan/errors.ts';
import { refusal } from '../server/refuse.ts';
import type { Authenticator } from './authenticator.ts';
import { setIdentity } from './request-identity.ts';

/** What may be asked by GET without a token: whether the server is well. */
const OPEN_PATHS = new Set(['/health', '/ready']);

/** Finds out who asks: by `Authorization: Bearer TOKEN`, or by the session cookie. 401 for nobody; 503 while the tokens can't be read. */
export function useAuthentication(authenticator: Authenticator): Plugin {
  return {
    async onRequest({ request, url, fetchAPI, endResponse }) {
      if (request.method === 'GET' && OPEN_PATHS.has(url.pathname)) return;
      try {
        setIdentity(request, await authenticator.identify(request));
      } catch (error) {
        if (!(error instanceof HoplineError)) throw error;
        const refused = error.code === 'UNAUTHENTICATED' || error.code === 'TOKEN_EXPIRED';
        const headers: Record<string, string> = refused ? { 'www-authenticate': 'Bearer' } : { 'retry-after': '1' };
        endResponse(refusal(fetchAPI, refused ? 401 : 503, error, headers));
      }
    },
  };
}
