import type { FetchAPI } from 'graphql-yoga';
import type { HoplineError } from '../../engine/plan/errors.ts';
import { publicMessage } from './public-message.ts';
import { requestScope } from './request-scope.ts';

/** An answer without data: one error in the form of GraphQL's, with the id of the request. */
export function refusal(
  { Response }: FetchAPI,
  status: number,
  error: Pick<HoplineError, 'code' | 'message'> & { hint?: string | undefined },
  headers: Record<string, string> = {},
): Response {
  const scope = requestScope();
  scope?.codes.add(error.code);
  const extensions = {
    code: error.code,
    ...(error.hint ? { hint: error.hint } : {}),
    ...(scope ? { requestId: scope.id } : {}),
  };
  return Response.json({ errors: [{ message: publicMessage(error), extensions }] }, { status, headers });
}
