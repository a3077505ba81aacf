import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import { knownIdentity } from '../auth/request-identity.ts';
import type { ApiLog } from './api-log.ts';
import type { ApiMetrics } from './metrics/api-metrics.ts';
import { inRequestScope, type RequestScope, requestScope } from './request-scope.ts';

/** Gives every request an id, says it in the answer, and writes one line a request: what was asked by name, by whom, how long it took and
 *  what came of it. Never variables, tokens or params. Must be the first plugin. */
export function useRequestScope(log: ApiLog, metrics: ApiMetrics): Plugin {
  return {
    instrumentation: {
      request: ({ request }, wrapped) => inRequestScope(newScope(request), wrapped),
    },
    // A stream is read when the request's own code has long returned.
    onExecutionResult({ result, setResult }) {
      if (!isAsyncIterable(result)) return;
      metrics.subscription(1);
      setResult(inThisScope(result, () => metrics.subscription(-1)) as typeof result);
    },
    onResponse({ request, response }) {
      const scope = requestScope();
      if (!scope) return;
      response.headers.set('x-request-id', scope.id);
      const { pathname } = new URL(request.url);
      const seconds = (performance.now() - scope.began) / 1000;
      const { codes, operation, kind } = scope;
      metrics.request({ operation, kind, status: response.status, codes, seconds });
      const level = response.status >= 500 ? 'error' : pathname === '/health' || pathname === '/ready' ? 'debug' : 'info';
      log[level](
        {
          requestId: scope.id,
          method: request.method,
          ...(kind === 'file' ? {} : { path: pathname.slice(0, 100) }),
          ...(kind ? { kind } : {}),
          ...(operation ? { operation } : {}),
          viewer: knownIdentity(request)?.viewer.name ?? null,
          status: response.status,
          ms: Math.round(seconds * 1000),
          ...(codes.size ? { codes: [...codes] } : {}),
        },
        'request',
      );
    },
  };
}

function newScope(request: Request): RequestScope {
  const scope: RequestScope = {
    id: given(request.headers.get('x-request-id')) ?? randomUUID(),
    began: performance.now(),
    work: new AbortController(),
    outlivesCaller: false,
    operation: undefined,
    kind: undefined,
    codes: new Set(),
  };
  // Each statement of a request listens, and some ask a dozen at once: no sign of a leak.
  setMaxListeners(0, scope.work.signal);
  request.signal.addEventListener('abort', () => {
    if (!scope.outlivesCaller) scope.work.abort(request.signal.reason);
  });
  return scope;
}

/** A caller's own id, where it can stand in a log as it is. */
const given = (id: string | null): string | undefined => (id && /^[\w.:-]{8,128}$/.test(id) ? id : undefined);

function inThisScope<T>(stream: AsyncIterable<T>, onEnd: () => void): AsyncIterable<T> {
  const within = AsyncLocalStorage.snapshot();
  const iterator = stream[Symbol.asyncIterator]();
  let open = true;
  const end = (): void => {
    if (open) onEnd();
    open = false;
  };
  const watched = async (step: () => Promise<IteratorResult<T>>): Promise<IteratorResult<T>> => {
    try {
      const result = await within(step);
      if (result.done) end();
      return result;
    } catch (error) {
      end();
      throw error;
    }
  };
  const bound: AsyncIterableIterator<T> = {
    next: () => watched(() => iterator.next()),
    return: (value?: unknown) => watched(async () => (await iterator.return?.(value)) ?? { done: true, value: undefined }),
    throw: (error?: unknown) => watched(async () => (await iterator.throw?.(error)) ?? Promise.reject(error as Error)),
    [Symbol.asyncIterator]: () => bound,
  };
  return bound;
}
