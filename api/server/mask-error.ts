import { randomUUID } from 'node:crypto';
import { GraphQLError } from 'graphql';
import { HoplineError } from '../../engine/plan/errors.ts';

/** What a client may see: our own named errors with code and hint, and GraphQL's about the query itself. Everything else becomes
 *  `INTERNAL` with an id under which `log` finds it. */
export function maskError(error: unknown, log: (details: { id: string; error: unknown }) => void): Error {
  const cause = isGraphQLError(error) ? error.originalError : error;
  const where = isGraphQLError(error) ? { path: error.path, nodes: error.nodes } : {};
  if (cause instanceof HoplineError) {
    return new GraphQLError(cause.message, {
      ...where,
      extensions: { code: cause.code, ...(cause.hint ? { hint: cause.hint } : {}) },
    });
  }
  if (isGraphQLError(error) && (!cause || isGraphQLError(cause))) return error;
  const id = randomUUID();
  log({ id, error: cause });
  return new GraphQLError(`the server failed (${id})`, {
    ...where,
    extensions: { code: 'INTERNAL', hint: `look for ${id} in the log of the API server` },
  });
}

/** By name: a process may have loaded `graphql` twice, as an ES module and as a CommonJS one. */
const isGraphQLError = (error: unknown): error is GraphQLError => error instanceof Error && error.name === 'GraphQLError';
