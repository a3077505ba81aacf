import { EndpointError } from './endpoint-error.ts';
import { type ExchangeLimits, exchange, type HttpAnswer, type HttpRequest } from './exchange.ts';
import type { Resolve } from './guarded-lookup.ts';
import { urlFault } from './url-fault.ts';

const MOST = 5;

/** A request and its answer, along redirects where the endpoint allows them: each new address is checked as the first one was, and one of
 *  another origin gets no headers of ours. A POST is sent on by 307 and 308 only, since others would make a GET of it.
 *  @throws MODEL_REDIRECT_REFUSED, and what `exchange` throws */
export async function followRedirects(
  request: HttpRequest,
  limits: ExchangeLimits & { allowRedirects: boolean },
  signal: AbortSignal,
  resolve?: Resolve,
): Promise<HttpAnswer> {
  let next = request;
  for (let hops = 0; ; hops++) {
    const answer = await exchange(next, limits, signal, resolve);
    if (![301, 302, 303, 307, 308].includes(answer.status)) return answer;
    const target = targetOf(answer.headers.location, next.url);
    const from = next.url.host;
    if (!limits.allowRedirects) throw refused(from, 'not redirect', `one to ${target?.host ?? 'nowhere'}`);
    if (!target || urlFault(target.href)) throw refused(from, 'redirect to an http address', 'something else');
    const fault = urlFault(target.href, limits);
    if (fault) throw refused(from, `not redirect to ${target.host}`, `an address that ${fault}`);
    if (hops === MOST) throw refused(from, `redirect at most ${MOST} times`, 'more');
    if (next.method === 'POST' && answer.status < 307) throw refused(from, 'redirect a POST by 307 or 308', `${answer.status}`);
    next = { ...next, url: target, headers: target.origin === next.url.origin ? next.headers : impersonal(next.headers) };
  }
}

function targetOf(location: string | undefined, base: URL): URL | null {
  try {
    return location === undefined ? null : new URL(location, base);
  } catch {
    return null;
  }
}

const impersonal = (headers: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => ['content-type', 'accept'].includes(name)));

const refused = (host: string, rule: string, got: string): EndpointError =>
  new EndpointError('MODEL_REDIRECT_REFUSED', `endpoint ${host} must ${rule}, got ${got}`, {
    hint: 'set url to where the server is, or "allowRedirects": true in its endpoint.json',
  });
