import { HoplineError } from '../../engine/plan/errors.ts';
import { type AnyDocument, type Document, documentText } from './graphql.ts';
import { readEventStream } from './read-event-stream.ts';

export interface ApiAddress {
  /** `http://127.0.0.1:4100`, without a path. */
  url: string;
  token?: string | undefined;
}

export interface SubscribeOptions {
  signal: AbortSignal;
  /** The server has begun to answer. */
  onOpen?: () => void;
  /** How long nothing at all may come before the connection counts as broken: a server that vanished says no goodbye. Milliseconds.
   *  Default 30_000; ours sends a sign of life every 12 s. */
  silence?: number;
}

const LONGEST_SILENCE = 30_000;

interface Answer {
  data?: unknown;
  errors?: { message: string; extensions?: { code?: string; hint?: string } }[];
}

/** The command's way to the API: GraphQL over HTTP, subscriptions as server-sent events, files as plain GETs.
 *  Every failure is a HoplineError: the server's own code and hint where it gave one. */
export class ApiClient {
  readonly #address: ApiAddress;

  constructor(address: ApiAddress) {
    this.#address = address;
  }

  get url(): string {
    return this.#address.url;
  }

  async query<R, V>(document: Document<R, V>, variables: V, signal?: AbortSignal): Promise<R> {
    const response = await this.#send('/graphql', { document, variables, accept: 'application/json', signal });
    const answer = await this.#readAnswer(response);
    if (answer.errors?.length || answer.data === undefined || answer.data === null) throw serverError(answer, response.status);
    return answer.data as R;
  }

  /** Yields every event until the server completes the stream. @throws API_UNREACHABLE when the connection breaks or falls silent, and when
   *  `signal` is aborted */
  async *subscribe<R, V>(document: Document<R, V>, variables: V, options: SubscribeOptions): AsyncGenerator<R> {
    const { signal, onOpen, silence = LONGEST_SILENCE } = options;
    const ended = new AbortController();
    const end = (): void => ended.abort();
    const timer = setTimeout(end, silence);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
    try {
      const response = await this.#send('/graphql', { document, variables, accept: 'text/event-stream', signal: ended.signal });
      if (!response.headers.get('content-type')?.startsWith('text/event-stream'))
        throw serverError(await this.#readAnswer(response), response.status);
      clearTimeout(timer);
      onOpen?.();
      for await (const { event, data } of readEventStream(heard(response.body as ReadableStream<Uint8Array>, silence, end))) {
        if (event === 'complete') return;
        if (event !== 'next') continue;
        const answer = JSON.parse(data) as Answer;
        if (answer.errors?.length) throw serverError(answer, response.status);
        yield answer.data as R;
      }
      throw new Error('the stream ended before it was complete');
    } catch (error) {
      throw error instanceof HoplineError ? error : this.#unreachable(error);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      // Whoever stops reading leaves no connection behind.
      end();
    }
  }

  /** The bytes at a path of the server, such as an image. */
  async bytes(path: string): Promise<Uint8Array> {
    const response = await this.#send(path, {});
    if (!response.ok) throw serverError(await this.#readAnswer(response), response.status);
    return new Uint8Array(await response.arrayBuffer());
  }

  async #send(
    path: string,
    request: { document?: AnyDocument; variables?: unknown; accept?: string; signal?: AbortSignal | undefined },
  ): Promise<Response> {
    const headers: Record<string, string> = {};
    if (this.#address.token) headers.authorization = `Bearer ${this.#address.token}`;
    if (request.accept) headers.accept = request.accept;
    if (request.document) headers['content-type'] = 'application/json';
    const body = request.document
      ? { method: 'POST', body: JSON.stringify({ query: documentText(request.document), variables: request.variables }) }
      : {};
    try {
      return await fetch(new URL(path, this.#address.url), {
        headers,
        ...body,
        ...(request.signal ? { signal: request.signal } : {}),
      });
    } catch (error) {
      throw this.#unreachable(error);
    }
  }

  async #readAnswer(response: Response): Promise<Answer> {
    const text = await response.text();
    try {
      return JSON.parse(text) as Answer;
    } catch {
      throw new HoplineError(
        'API_ANSWER_INVALID',
        `api.answer must be JSON, got HTTP ${response.status} from ${this.#address.url}`,
        {
          hint: 'is this the address of a Hopline API? HOPLINE_API_URL says where the command looks',
          permanent: response.status < 500,
        },
      );
    }
  }

  #unreachable(error: unknown): HoplineError {
    const cause = (error as { cause?: { code?: string } }).cause?.code ?? (error as Error).name;
    return new HoplineError('API_UNREACHABLE', `api.address must answer, got ${cause} at ${this.#address.url}`, {
      hint: 'hopline status',
      cause: error,
      permanent: false,
    });
  }
}

/** The chunks of a body, and `end` when one is waited for too long: the time that our reader takes for those it has doesn't count. */
async function* heard(body: ReadableStream<Uint8Array>, silence: number, end: () => void): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  while (true) {
    const timer = setTimeout(end, silence);
    const { done, value } = await reader.read().finally(() => clearTimeout(timer));
    if (done) return;
    yield value;
  }
}

function serverError(answer: Answer, status: number): HoplineError {
  const first = answer.errors?.[0];
  const { code = 'API_REFUSED', hint = isOfAnotherSchema(code) ? OTHER_VERSION : undefined } = first?.extensions ?? {};
  return new HoplineError(code, first?.message ?? `api.answer must have data, got HTTP ${status}`, {
    ...(hint ? { hint } : {}),
    permanent: !isPassing(code, status),
  });
}

/** What a server of another schema says about documents that fit ours. */
const isOfAnotherSchema = (code: string): boolean => code === 'GRAPHQL_VALIDATION_FAILED' || code === 'VARIABLES_INVALID';

const OTHER_VERSION = 'the services may be of another version than this command: hopline down, then hopline up';

/** The server, or what it needs, is away or has too much to do: the same may be answered in a moment. */
const isPassing = (code: string, status: number): boolean =>
  status >= 500 || status === 429 || /_(UNREACHABLE|TIMEOUT)$/.test(code);
