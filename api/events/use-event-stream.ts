import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { EventContext } from './event-context.ts';
import { eventStream } from './event-stream.ts';
import type { RunFeeds } from './run-feeds.ts';
import { subscribeShared } from './subscribe-shared.ts';

const HEADERS = {
  'content-type': 'text/event-stream',
  connection: 'keep-alive',
  'cache-control': 'no-cache, no-transform',
  'content-encoding': 'none',
  // nginx would keep events back until its buffer is full.
  'x-accel-buffering': 'no',
};

export interface EventStreamSettings {
  feeds: RunFeeds;
  /** Asked about an open subscription from time to time. It throws what ends it: the token expired or was revoked. */
  stillAllowed: (request: Request) => Promise<unknown>;
  /** Between two comments on an open stream. Milliseconds. Default 12_000, as graphql-yoga has it. */
  heartbeat?: number;
}

/** Serves subscriptions in place of yoga's own way: with event ids, shared results, and readers that are as slow as they like. */
export function useEventStream({ feeds, stillAllowed, heartbeat = 12_000 }: EventStreamSettings): Plugin {
  return {
    onSubscribe({ context, extendContext, setSubscribeFn }) {
      const { request } = context;
      const own: EventContext = { feeds, request, stillAllowed: async () => void (await stillAllowed(request)) };
      extendContext(own);
      setSubscribeFn(subscribeShared);
    },
    onResultProcess({ request, result, resultProcessor, setResultProcessor }) {
      if (!isAsyncIterable(result)) return;
      const results = result[Symbol.asyncIterator]();
      // Nobody will read it: the client takes no event streams.
      if (!resultProcessor) void results.return?.();
      else
        setResultProcessor((_result, { Response }) => {
          const body = eventStream(results, { signal: request.signal, heartbeat });
          // Yoga's Response takes node's streams, which its type doesn't say.
          return new Response(body as unknown as BodyInit, { headers: HEADERS });
        }, 'text/event-stream');
    },
  };
}
