import { EndpointError } from './endpoint-error.ts';
import { type HttpAnswer, unavailable } from './exchange.ts';
import { retryAfter } from './retry-after.ts';

/** What a service calls its refusal of a prompt or picture, in `code` or `type`. */
const REFUSAL = /content[_-]?(policy|filter|moderation)|moderation|safety|responsible_?ai|refus|invalid_prompt|prohibited/i;
/** A 429 that no waiting mends. */
const SPENT = /insufficient_quota|billing|quota_exceeded|out_of_credits/i;
/** Characters of the server's own words. */
const MOST_WORDS = 300;

/** What an answer means that is none of the 2xx. */
export function statusError(answer: HttpAnswer, url: URL, keyVariable: string | undefined): EndpointError {
  const { status } = answer;
  const said = whatItSays(answer.body);
  const got = `status ${status}${said.message ? `: ${said.message}` : ''}`;
  const host = url.host;
  const kind = `${said.code} ${said.type}`;
  if (status >= 400 && status < 500 && isRefusal(kind)) return refusal(`${said.code || said.type}: ${said.message || status}`);
  if (status === 401 || status === 403) {
    return new EndpointError('MODEL_KEY_REFUSED', `endpoint ${host} must accept the key, got status ${status}`, {
      hint: keyVariable
        ? `look whether ${keyVariable} in the workers' environment holds a key of this server that may use this model`
        : 'name the environment variable with the key: "keyVariable" in endpoint.json',
    });
  }
  if (status === 402 || (status === 429 && SPENT.test(kind))) {
    return new EndpointError('MODEL_QUOTA_SPENT', `endpoint ${host} must have credit left, got ${got}`, {
      hint: 'add credit with the provider, then hopline resume RUN',
    });
  }
  if ([404, 405, 410, 501].includes(status)) {
    return new EndpointError('MODEL_ENDPOINT_MISSING', `endpoint ${host} must have ${url.pathname}, got ${got}`, {
      hint: 'look at url and model in endpoint.json',
    });
  }
  if (status === 408 || status === 409 || status === 425 || status === 429 || status >= 500) return busy(url, got, answer);
  return new EndpointError('MODEL_REQUEST_REJECTED', `endpoint ${host} must take the request, got ${got}`);
}

export const isRefusal = (kind: string): boolean => REFUSAL.test(kind);

/** A service that would not do it. @param words its own */
export const refusal = (words: string): EndpointError =>
  new EndpointError('MODEL_REFUSED', `the service must do what it is asked, got a refusal: ${words.slice(0, MOST_WORDS)}`);

function busy(url: URL, got: string, { status, headers }: HttpAnswer): EndpointError {
  const wait = retryAfter(headers);
  const { code, message, hint } = unavailable(url, 'answer', got);
  return new EndpointError(code as 'MODEL_UNAVAILABLE', message, {
    permanent: false,
    hint: hint!,
    tooMany: status === 429,
    ...(wait === undefined ? {} : { retryAfter: wait }),
  });
}

/** `{ error: { message, code, type } }` as OpenAI says it, `{ error }`, `{ message }` or `{ detail }` as others do, or plain text. */
function whatItSays(body: Buffer): { message: string; code: string; type: string } {
  const text = body.subarray(0, 65_536).toString('utf8');
  try {
    const json = JSON.parse(text) as Record<string, unknown>;
    const error = (typeof json.error === 'object' && json.error !== null ? json.error : json) as Record<string, unknown>;
    const inner = (error.innererror ?? {}) as Record<string, unknown>;
    const message = [error.message, json.error, json.detail].find((words) => typeof words === 'string') ?? '';
    const code = [inner.code, error.code].filter((words) => typeof words === 'string').join(' ');
    return { message: oneLine(String(message)), code, type: typeof error.type === 'string' ? error.type : '' };
  } catch {
    const plain = /^\s*</.test(text) ? '' : text;
    return { message: oneLine(plain), code: '', type: '' };
  }
}

/** Not cut yet: a key in it must be found whole first. */
const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, 4096);
