import type { Plugin } from 'graphql-yoga';
import { refusal } from './refuse.ts';

const loopback = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Refuses a request whose `Host` or `Origin` names a machine that we don't answer for, so that a web page which re-points its own name
 *  at 127.0.0.1 (DNS rebinding) can't reach us. Loopback names are always allowed; `allowed` adds others, and
 *  `origins` whole origins whose pages may ask us. */
export function useHostCheck(allowed: readonly string[] = [], origins: readonly string[] = []): Plugin {
  const names = new Set([...loopback, ...allowed.map((name) => name.toLowerCase())]);
  return {
    onRequest({ request, fetchAPI, endResponse }) {
      const host = request.headers.get('host');
      const origin = request.headers.get('origin');
      const known = [...names].join(', ');
      if (!names.has(hostName(`http://${host ?? ''}`) ?? ''))
        return refuse(`request.host must be one of ${known}, got ${host ?? 'none'}`, 'HOPLINE_ALLOWED_HOSTS adds names');
      if (origin === null || names.has(hostName(origin) ?? '') || origins.includes(origin)) return;
      const allowed = [`a page of ${known}`, ...origins].join(', ');
      refuse(`request.origin must be ${allowed}, got ${origin}`, 'HOPLINE_ALLOWED_ORIGINS adds origins');

      function refuse(message: string, hint: string): void {
        endResponse(refusal(fetchAPI, 403, { code: 'HOST_REFUSED', message, hint }));
      }
    },
  };
}

function hostName(url: string): string | null {
  try {
    return new URL(url).hostname.toLowerCase() || null;
  } catch {
    return null;
  }
}
