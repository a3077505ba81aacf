import { invalid } from './answer-members.ts';
import type { Endpoint } from './endpoint.ts';
import { EndpointError } from './endpoint-error.ts';
import type { HttpAnswer } from './exchange.ts';
import { followRedirects } from './follow-redirects.ts';
import type { Resolve } from './guarded-lookup.ts';
import { isJson, mediaType } from './media-type.ts';
import { checkPicture } from './read-picture.ts';

type Limits = Pick<Endpoint, 'timeoutSeconds' | 'maxBytes' | 'maxPixels' | 'allowPrivate' | 'allowRedirects'>;

/** A picture that an answer names. The key stays at home, and an answer that leads into the house is the answer's fault, not the endpoint's.
 *  @throws MODEL_ANSWER_INVALID, MODEL_ANSWER_TOO_LARGE; MODEL_UNAVAILABLE */
export async function fetchPicture(url: URL, limits: Limits, signal: AbortSignal, resolve?: Resolve): Promise<Uint8Array> {
  const request = { method: 'GET' as const, url, headers: { accept: 'image/png, image/jpeg, image/webp' } };
  try {
    const answer = await followRedirects(request, limits, signal, resolve);
    if (answer.status !== 200) throw invalid('must name a picture that can be fetched', `status ${answer.status} of ${url.host}`);
    return await pictureIn(answer, limits);
  } catch (error) {
    const refused = error instanceof EndpointError && /^MODEL_(ADDRESS|REDIRECT)_REFUSED$/.test(error.code);
    throw refused ? error.saying(`answer names a picture elsewhere: ${error.message}`, 'MODEL_ANSWER_INVALID') : error;
  }
}

/** Whatever the type says of it: the bytes tell. Only a page or JSON is named as what it is. */
export async function pictureIn({ headers, body }: HttpAnswer, limits: Limits): Promise<Uint8Array> {
  const type = mediaType(headers['content-type']);
  if (type.startsWith('text/') || isJson(type)) throw invalid('must be a picture', type);
  return checkPicture(new Uint8Array(body), limits);
}
