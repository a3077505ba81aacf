import { GraphQLError } from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import { identified } from './mask-error.ts';

/** Gives every error of an answer a code and the id of its request, also those of documents that are not run. */
export function useErrorIds(): Plugin {
  return {
    onResultProcess({ result, setResult }) {
      if (Array.isArray(result) || isAsyncIterable(result) || !result.errors?.length) return;
      setResult({ ...result, errors: result.errors.map((error) => identified(toGraphQLError(error))) });
    },
  };
}

/** Yoga's own may be of another copy of the package. */
const toGraphQLError = (error: Error): GraphQLError =>
  error instanceof GraphQLError || error.name === 'GraphQLError' ? (error as GraphQLError) : new GraphQLError(error.message);
