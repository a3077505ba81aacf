import { GraphQLError } from 'graphql';
import { createYoga } from 'graphql-yoga';
import type { Visibility } from '../../engine/lineage/visibility.ts';
import { HoplineError } from '../../engine/plan/errors.ts';
import type { RunServices } from '../../engine/runs/index.ts';
import type { ApiContext } from '../schema/context.ts';
import { createLoaders } from '../schema/loaders.ts';
import { schema } from '../schema/schema.ts';
import { OWNER } from '../schema/viewer.ts';

/** What a test gets back; `any` data, since every test asks for another shape. */
export interface Answer {
  // biome-ignore lint/suspicious/noExplicitAny: the shape is that of the question
  data: any;
  errors?: { message: string; extensions?: { code?: string } }[];
}

/** Asks the schema itself, without a server's guards and limits. Each question has loaders of its own, as each request has. */
export function askSchema(services: RunServices, visibility: Visibility = null) {
  const yoga = createYoga<object, ApiContext>({
    schema,
    context: () =>
      ({
        viewer: OWNER,
        visibility,
        services,
        loaders: createLoaders(services.db, visibility),
        origin: 'http://127.0.0.1',
      }) as ApiContext,
    maskedErrors: { maskError: withCode },
    logging: false,
  });
  return async (query: string, variables: Record<string, unknown> = {}): Promise<Answer> => {
    const response = await yoga.fetch('http://127.0.0.1/graphql', {
      method: 'POST',
      body: JSON.stringify({ query, variables }),
      headers: { 'content-type': 'application/json' },
    });
    return (await response.json()) as Answer;
  };
}

/** Our errors with their code; all others as they are, so that a test shows them. */
function withCode(error: unknown): Error {
  const cause = error instanceof Error && 'originalError' in error ? error.originalError : error;
  if (cause instanceof HoplineError) return new GraphQLError(cause.message, { extensions: { code: cause.code } });
  return error instanceof Error ? error : new Error(String(error));
}
