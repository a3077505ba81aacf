import { AsyncLocalStorage } from 'node:async_hooks';

/** What one HTTP request carries besides its GraphQL context, from its first byte to its log line. */
export interface RequestScope {
  /** `x-request-id`, in the answer, in every error and in every log line. */
  id: string;
  /** `performance.now()` of its arrival. */
  began: number;
  /** Ends the statements that the request has under way. */
  work: AbortController;
  /** Ends what goes on although the caller has gone: a mutation is never left half done. */
  outlivesCaller: boolean;
  /** `RunStatus`; for a file `artifact` or `image`. */
  operation: string | undefined;
  kind: 'query' | 'mutation' | 'subscription' | 'file' | undefined;
  /** Of the errors that the client got. */
  codes: Set<string>;
}

const scopes = new AsyncLocalStorage<RequestScope>();

/** The request on whose behalf this code runs. */
export const requestScope = (): RequestScope | undefined => scopes.getStore();

export const inRequestScope = <T>(scope: RequestScope, work: () => T): T => scopes.run(scope, work);
