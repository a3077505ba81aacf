import type { Plugin } from 'graphql-yoga';
import type { Authenticator } from './authenticator.ts';
import { identityOf } from './request-identity.ts';
import { isSecure, setSessionCookie } from './session-cookie.ts';

/** `/session`, for the page: GET says who asks; POST with a bearer token signs a browser in, by a cookie that no script can read; DELETE signs
 *  it out. */
export function useSession(authenticator: Authenticator): Plugin {
  return {
    onRequest({ request, url, fetchAPI, endResponse }) {
      if (url.pathname !== '/session') return;
      const answer = (body: object, status = 200, cookie?: string): void =>
        endResponse(
          fetchAPI.Response.json(body, {
            status,
            headers: { 'cache-control': 'no-store', ...(cookie ? { 'set-cookie': cookie } : {}) },
          }),
        );
      const identity = identityOf(request);
      const { name, scope, project } = identity.viewer;
      const who = { name, scope, project: project?.name ?? null };
      if (request.method === 'GET') return answer(who);
      if (request.method === 'DELETE') return answer({}, 200, setSessionCookie('', 0, isSecure(request)));
      if (request.method !== 'POST') return answer(refused('METHOD_REFUSED', 'must be GET, POST or DELETE', request.method), 405);
      if (identity.by === 'open') return answer(who);
      if (identity.by !== 'bearer') return answer(refused('UNAUTHENTICATED', 'must carry a bearer token', 'a cookie'), 401);
      const { value, expiresAt } = authenticator.openSession(identity);
      const seconds = Math.max(1, Math.floor((expiresAt.getTime() - Date.now()) / 1000));
      answer({ ...who, expiresAt }, 200, setSessionCookie(value, seconds, isSecure(request)));
    },
  };
}

const refused = (code: string, rule: string, got: string) => ({
  errors: [{ message: `session.request ${rule}, got ${got}`, extensions: { code } }],
});
