import { invalid } from './answer-members.ts';
import type { ApiKey } from './api-key.ts';
import type { Endpoint } from './endpoint.ts';
import type { HttpAnswer } from './exchange.ts';
import { fetchPicture, pictureIn } from './fetch-picture.ts';
import { followRedirects } from './follow-redirects.ts';
import type { Resolve } from './guarded-lookup.ts';
import { isJson, mediaType } from './media-type.ts';
import type { Asked, Protocol, Told } from './protocol.ts';
import { checkPicture } from './read-picture.ts';
import type { Receipt } from './receipt.ts';
import { statusError } from './status-error.ts';

export interface Line {
  endpoint: Endpoint;
  protocol: Protocol;
  key: ApiKey;
  resolve?: Resolve;
}

/** One request, and the text or picture that its answer holds. Adds to the receipt whatever becomes of it.
 *  @param id of what is asked, the same at each attempt: a server that knows `Idempotency-Key` answers, and bills, once
 *  @throws EndpointError */
export async function askOnce(
  { endpoint, protocol, key, resolve }: Line,
  asked: Asked,
  id: string,
  receipt: Receipt,
  signal: AbortSignal,
): Promise<string | Uint8Array> {
  const { url, accepts } = protocol;
  const picturesOnly = accepts === 'picture';
  const headers = {
    ...endpoint.headers,
    'content-type': 'application/json',
    accept: picturesOnly ? 'image/png, image/jpeg, image/webp' : 'application/json',
    'idempotency-key': id,
    ...key.headers,
  };
  const body = JSON.stringify(protocol.request(asked));
  receipt.requests++;
  const answer = await followRedirects({ method: 'POST', url, headers, body }, endpoint, signal, resolve);
  if (answer.status < 200 || answer.status > 299) throw statusError(answer, url, endpoint.keyVariable);
  if (key.isIn(answer.body)) throw invalid('must not hold the key', 'it');
  const value = picturesOnly
    ? await pictureIn(answer, endpoint)
    : await take(
        protocol.read(jsonIn(answer), (usage) => receipt.add(usage)),
        endpoint,
        signal,
        resolve,
      );
  if (typeof value === 'string' && key.isIn(value)) throw invalid('must not hold the key', 'it');
  receipt.answers++;
  return value;
}

async function take(told: Told, endpoint: Endpoint, signal: AbortSignal, resolve?: Resolve): Promise<string | Uint8Array> {
  if ('text' in told) return told.text;
  if ('picture' in told) return checkPicture(told.picture, endpoint);
  return fetchPicture(told.pictureUrl, endpoint, signal, resolve);
}

function jsonIn({ headers, body }: HttpAnswer): unknown {
  const type = mediaType(headers['content-type']);
  if (!isJson(type)) throw invalid('must be JSON', type || 'no content type');
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw invalid('must be JSON', `${body.length} bytes that break off or are none`);
  }
}
