import type { ExecutionArgs, ExecutionResult } from 'graphql';
// As in shared-results.ts.
import { createSourceEventStream, GraphQLError } from 'graphql/index.js';
import { isAsyncIterable } from 'graphql-yoga';
import type { PlacedEvent } from '../../engine/lineage/index.ts';
import { resultOf, shapeOf } from './shared-results.ts';

/** GraphQL's `subscribe` (spec, section 6.2.3), with three differences: results are shared among subscribers that ask the same; an error of
 *  the source is a last result instead of a broken connection, so that a client learns its name; `return` ends a `next` that waits. */
export async function subscribeShared(args: ExecutionArgs): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult> {
  const source = await createSourceEventStream(args);
  if (!isAsyncIterable(source)) return source;
  const events = source[Symbol.asyncIterator]() as AsyncIterator<PlacedEvent>;
  const shape = shapeOf(args);
  const end = async (): Promise<IteratorResult<ExecutionResult, undefined>> => {
    await events.return?.();
    return { done: true, value: undefined };
  };
  const shared: AsyncIterableIterator<ExecutionResult> = {
    [Symbol.asyncIterator]: () => shared,
    async next() {
      try {
        const { done, value } = await events.next();
        return done ? { done, value: undefined } : { done: false, value: await resultOf(value, shape, args) };
      } catch (error) {
        await events.return?.();
        return { done: false, value: { errors: [asGraphQLError(error)] } };
      }
    },
    return: end,
    throw: end,
  };
  return shared;
}

const asGraphQLError = (error: unknown): GraphQLError =>
  new GraphQLError((error as Error).message, { originalError: error as Error });
