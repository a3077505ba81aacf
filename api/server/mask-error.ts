import { randomUUID } from 'node:crypto';
import { GraphQLError } from 'graphql';
import { HoplineError } from '../../engine/plan/errors.ts';
import type { ApiLog } from './api-log.ts';
import { publicMessage } from './public-message.ts';
import { requestScope } from './request-scope.ts';

/** What a client may see: our own named errors with code and hint, and GraphQL's about the query itself. Everything else becomes `INTERNAL`,
 *  with the request's id, under which the log has the rest. */
export function maskError(error: unknown, log: ApiLog): GraphQLError {
  const isOfGraphQL = isGraphQLError(error);
  const cause = isOfGraphQL ? rootCause(error) : error;
  const where = isOfGraphQL ? { path: error.path, nodes: error.nodes } : {};
  if (cause instanceof HoplineError) {
    const extensions = { code: cause.code, ...(cause.hint ? { hint: cause.hint } : {}), ...statusOf(cause) };
    const shown = publicMessage(cause);
    if (shown !== cause.message) log.warn({ requestId: requestScope()?.id, code: cause.code, reason: cause.message }, 'outage');
    return identified(new GraphQLError(shown, { ...where, extensions }));
  }
  if (isOfGraphQL && (!cause || isGraphQLError(cause))) return identified(error);
  const id = requestScope()?.id ?? randomUUID();
  log.error(
    { requestId: id, err: cause instanceof Error ? { message: cause.message, stack: cause.stack } : String(cause) },
    'failed',
  );
  const extensions = { code: 'INTERNAL', hint: `look for ${id} in the log of the API server` };
  return identified(new GraphQLError(`the server failed (${id})`, { ...where, extensions }));
}

/** An error with a code and the id of its request. A copy: GraphQL's errors about a document are kept and given to several requests. */
export function identified(error: GraphQLError): GraphQLError {
  const scope = requestScope();
  const cause = rootCause(error);
  const code = error.extensions.code ?? (isGraphQLError(cause) ? cause.extensions.code : undefined) ?? codeOf(error.message);
  scope?.codes.add(String(code));
  const { nodes, source, positions, path } = error;
  // Yoga tells of a body that is no JSON what the parser said.
  const { originalError: _parser, ...shown } = error.extensions;
  const extensions = { ...shown, code, ...(scope ? { requestId: scope.id } : {}) };
  return new GraphQLError(error.message, { nodes, source, positions, path, extensions });
}

function rootCause(error: GraphQLError): unknown {
  let cause: unknown = error.originalError;
  while (isGraphQLError(cause) && cause.originalError) cause = cause.originalError;
  return cause;
}

/** GraphQL's own errors without a code are about the variables or the operation's name. */
function codeOf(message: string): string {
  if (message.startsWith('Syntax Error')) return 'GRAPHQL_PARSE_FAILED';
  return message.startsWith('Variable "$') ? 'VARIABLES_INVALID' : 'REQUEST_INVALID';
}

/** A request that took too long is the server's matter; the rest is told with the data there is. */
const statusOf = ({ code }: HoplineError): { http?: { status: number } } =>
  code === 'REQUEST_TIMEOUT' ? { http: { status: 504 } } : {};

/** By name: a process may have loaded `graphql` twice, as an ES module and as a CommonJS one. */
const isGraphQLError = (error: unknown): error is GraphQLError => error instanceof Error && error.name === 'GraphQLError';
