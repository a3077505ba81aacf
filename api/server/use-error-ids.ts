import { GraphQLError } from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import { identified } from './mask-error.ts';

/** Gives every error of an answer a code and the id of its request, also those of documents that are not run; and an answer without data a
 *  status that says whose fault it is. Yoga would tell that by the class of the error, of which a process may have two, and say 200 of a
 *  document that doesn't parse to whoever doesn't ask for `application/graphql-response+json`, such as curl. */
export function useErrorIds(): Plugin {
  return {
    onResultProcess({ result, setResult }) {
      if (Array.isArray(result) || isAsyncIterable(result) || !result.errors?.length) return;
      const errors = result.errors.map((error) => identified(toGraphQLError(error)));
      const ran = 'data' in result;
      for (const { extensions } of ran ? [] : errors)
        extensions.http = { status: extensions.code === 'INTERNAL' ? 500 : 400, ...extensions.http, spec: false };
      setResult({ ...result, errors });
    },
  };
}

/** Yoga's own may be of another copy of the package. */
const toGraphQLError = (error: Error): GraphQLError =>
  error instanceof GraphQLError || error.name === 'GraphQLError' ? (error as GraphQLError) : new GraphQLError(error.message);
