import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { EndpointError } from './endpoint-error.ts';
import { addressRefused, guardedLookup, type Resolve } from './guarded-lookup.ts';
import { hostAddress, isPrivateAddress } from './private-address.ts';
import { readBody } from './read-body.ts';

export interface HttpRequest {
  method: 'GET' | 'POST';
  url: URL;
  headers: Record<string, string>;
  body?: string;
}

export interface ExchangeLimits {
  /** From connecting to the last byte. */
  timeoutSeconds: number;
  /** Of the answer. Bytes. */
  maxBytes: number;
  allowPrivate: boolean;
}

export interface HttpAnswer {
  status: number;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

const keepAlive = { keepAlive: true, timeout: 30_000, maxFreeSockets: 16 };
const agents = () => ({ 'http:': new HttpAgent(keepAlive), 'https:': new HttpsAgent(keepAlive) });
/** Apart, so that no connection into the house is used again by an endpoint that may not go there. */
const insideAgents = agents();
const outsideAgents = agents();

/** One request and its whole answer, whatever its status. Follows nothing, decodes nothing.
 *  @param resolve how names become addresses; default: as the machine does
 *  @throws MODEL_ADDRESS_REFUSED; MODEL_ANSWER_TOO_LARGE; MODEL_UNAVAILABLE (not permanent) for everything that goes wrong on the way; what
 *  `signal` was aborted with */
export async function exchange(
  request: HttpRequest,
  limits: ExchangeLimits,
  signal: AbortSignal,
  resolve?: Resolve,
): Promise<HttpAnswer> {
  signal.throwIfAborted();
  const { url } = request;
  const address = hostAddress(url);
  if (!limits.allowPrivate && address && isPrivateAddress(address)) throw addressRefused(address, address);
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), limits.timeoutSeconds * 1000);
  let phase = 'no answer';
  try {
    const answer = await begin(request, limits.allowPrivate, AbortSignal.any([signal, late.signal]), resolve);
    phase = 'only a part of the answer';
    const body = await readBody(answer, limits.maxBytes, url.host);
    return { status: answer.statusCode!, headers: answer.headers, body };
  } catch (error) {
    signal.throwIfAborted();
    if (late.signal.aborted) throw unavailable(url, `answer within ${limits.timeoutSeconds} s`, phase);
    if (error instanceof EndpointError) throw error;
    throw unavailable(url, 'answer', reasonOf(error as NodeJS.ErrnoException));
  } finally {
    clearTimeout(timer);
  }
}

function begin(
  { method, url, headers, body }: HttpRequest,
  allowPrivate: boolean,
  signal: AbortSignal,
  resolve: Resolve | undefined,
): Promise<IncomingMessage> {
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const agent = (allowPrivate ? insideAgents : outsideAgents)[url.protocol as 'http:' | 'https:'];
  return new Promise((take, reject) => {
    const sent = send(url, {
      method,
      agent,
      signal,
      ...(allowPrivate ? {} : { lookup: guardedLookup(resolve) }),
      headers: {
        'user-agent': 'hopline',
        // What is decoded can be a thousand times as large as what was sent.
        'accept-encoding': 'identity',
        ...headers,
        ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
      },
    });
    sent.on('response', take);
    sent.on('error', reject);
    sent.end(body);
  });
}

export const unavailable = (url: URL, rule: string, got: string): EndpointError =>
  new EndpointError('MODEL_UNAVAILABLE', `endpoint ${url.host} must ${rule}, got ${got}`, {
    permanent: false,
    onTheWay: true,
    hint: 'what is done stays done; hopline resume RUN goes on once the server is back',
  });

/** Codes say more than messages, which hold addresses and paths. */
function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  const known = code === undefined ? undefined : REASONS[code];
  return known ?? (code ? `${code} ${message}` : message).replace(/\s+/g, ' ').slice(0, 300);
}

const REASONS: Record<string, string> = {
  ECONNREFUSED: 'nobody who listens there (ECONNREFUSED)',
  ECONNRESET: 'a connection that broke off (ECONNRESET)',
  ENOTFOUND: 'no address for its name (ENOTFOUND)',
  EAI_AGAIN: 'no answer from the name server (EAI_AGAIN)',
  ETIMEDOUT: 'no connection (ETIMEDOUT)',
  CERT_HAS_EXPIRED: 'a certificate that has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'a certificate that it signed itself; NODE_EXTRA_CA_CERTS makes it known',
  SELF_SIGNED_CERT_IN_CHAIN: 'a certificate of an unknown authority; NODE_EXTRA_CA_CERTS makes it known',
};
