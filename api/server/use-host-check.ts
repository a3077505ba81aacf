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
      const host = hostName(`http://${request.headers.get('host') ?? ''}`);
      const origin = request.headers.get('origin');
      if (host !== null && names.has(host) && (origin === null || names.has(hostName(origin) ?? '') || origins.includes(origin)))
        return;
      const message = `request.host must be one of ${[...names].join(', ')}, got ${request.headers.get('host') ?? 'none'}`;
      endResponse(refusal(fetchAPI, 403, { code: 'HOST_REFUSED', message }));
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
