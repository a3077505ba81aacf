import type { RunFeeds } from './run-feeds.ts';

/** What the context of every subscription has beside the common one: `useEventStream` puts it there. */
export interface EventContext {
  feeds: RunFeeds;
  request: Request;
  /** @throws what ends the subscription, as UNAUTHENTICATED or TOKEN_EXPIRED */
  stillAllowed: () => Promise<void>;
}
