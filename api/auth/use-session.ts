import type { Plugin } from 'graphql-yoga';
import { refusal } from '../server/refuse.ts';
import type { Authenticator } from './authenticator.ts';
import { identityOf } from './request-identity.ts';
import { isSecure, setSessionCookie } from './session-cookie.ts';

/** `/session`, for the page: GET says who asks; POST with a bearer token signs a browser in, by a cookie that no script can read; DELETE signs
 *  it out. */
export function useSession(authenticator: Authenticator): Plugin {
  return {
    onRequest({ request, url, fetchAPI, endResponse }) {
      if (url.pathname !== '/session') return;
      const noStore = { 'cache-control': 'no-store' };
      const answer = (body: object, cookie?: string): void =>
        endResponse(fetchAPI.Response.json(body, { headers: { ...noStore, ...(cookie ? { 'set-cookie': cookie } : {}) } }));
      const refuse = (status: number, code: string, rule: string, got: string): void =>
        endResponse(refusal(fetchAPI, status, { code, message: `session.request ${rule}, got ${got}` }, noStore));
      const identity = identityOf(request);
      const { name, scope, project } = identity.viewer;
      const who = { name, scope, project: project?.name ?? null };
      if (request.method === 'GET') return answer(who);
      if (request.method === 'DELETE') return answer({}, setSessionCookie('', 0, isSecure(request)));
      if (request.method !== 'POST') return refuse(405, 'METHOD_REFUSED', 'must be GET, POST or DELETE', request.method);
      if (identity.by === 'open') return answer(who);
      if (identity.by !== 'bearer') return refuse(401, 'UNAUTHENTICATED', 'must carry a bearer token', 'a cookie');
      const { value, expiresAt } = authenticator.openSession(identity);
      const seconds = Math.max(1, Math.floor((expiresAt.getTime() - Date.now()) / 1000));
      answer({ ...who, expiresAt }, setSessionCookie(value, seconds, isSecure(request)));
    },
  };
}
