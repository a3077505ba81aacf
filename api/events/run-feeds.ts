import {
  BEFORE_EVENTS,
  type Db,
  type EventListener,
  eventPosition,
  getRun,
  listenForEvents,
} from '../../engine/lineage/index.ts';
import type { Visibility } from '../../engine/lineage/visibility.ts';
import { type FeedPace, RunFeed } from './run-feed.ts';
import { RunSubscription } from './run-subscription.ts';

export interface RunFeedsOptions extends FeedPace {
  db: Db;
  /** For the connection that wakes feeds when something happened. Without it they look by the clock alone. */
  databaseUrl?: string | undefined;
}

export interface EventsWanted {
  runId: string;
  /** A cursor. Default: from the beginning. */
  after?: string | undefined;
  types?: readonly string[] | undefined;
  visibility: Visibility;
}

export interface FeedStats {
  /** Runs that are watched. */
  feeds: number;
  subscriptions: number;
  /** Statements since the start, without those of readers that were behind. */
  ticks: number;
  /** How long committed events have been held back by an older transaction, the longest of all runs. Seconds; 0 where none are. */
  heldSeconds: number;
}

/** The feeds of one process: one a run while somebody watches it, and one connection that hears when something happened. */
export class RunFeeds {
  readonly #feeds = new Map<string, Promise<RunFeed>>();
  readonly #open = new Set<RunFeed>();
  #listener: EventListener | undefined;
  #ticks = 0;

  readonly #options: RunFeedsOptions;

  constructor(options: RunFeedsOptions) {
    this.#options = options;
  }

  /** @throws RUN_NOT_FOUND also for a run of another project; CURSOR_INVALID */
  async subscribe({ runId, after, types, visibility }: EventsWanted): Promise<RunSubscription> {
    const feed = await this.#feedOf(runId).catch(async (error: unknown) => {
      // Its hint names runs that may be meant, so it must know who asks.
      await getRun(this.#options.db, runId, visibility);
      throw error;
    });
    if (feed.done) return this.subscribe({ runId, after, types, visibility });
    feed.join();
    try {
      if (visibility !== null && visibility !== feed.projectId) await getRun(this.#options.db, runId, visibility);
      return new RunSubscription(feed, { after: after === undefined ? BEFORE_EVENTS : eventPosition(runId, after), types });
    } finally {
      feed.leave();
    }
  }

  stats(): FeedStats {
    const feeds = [...this.#open];
    return {
      feeds: feeds.length,
      subscriptions: feeds.reduce((sum, { readers }) => sum + readers, 0),
      ticks: feeds.reduce((sum, { ticks }) => sum + ticks, this.#ticks),
      heldSeconds: Math.max(0, ...feeds.map(({ heldSince }) => (heldSince ? (Date.now() - heldSince.getTime()) / 1000 : 0))),
    };
  }

  #feedOf(runId: string): Promise<RunFeed> {
    const known = this.#feeds.get(runId);
    if (known) return known;
    const opening = new RunFeed(this.#options.db, runId, (feed) => this.#drop(feed, opening), this.#options).open();
    this.#feeds.set(runId, opening);
    opening.then(
      (feed) => this.#watch(feed),
      () => this.#feeds.delete(runId),
    );
    return opening;
  }

  #watch(feed: RunFeed): void {
    this.#open.add(feed);
    const { databaseUrl } = this.#options;
    if (!databaseUrl) return;
    this.#listener ??= listenForEvents(databaseUrl, {
      onWake: (runId) => {
        for (const each of this.#open) if (runId === null || runId === each.runId) each.wake();
      },
    });
  }

  #drop(feed: RunFeed, opened: Promise<RunFeed>): void {
    this.#open.delete(feed);
    this.#ticks += feed.ticks;
    if (this.#feeds.get(feed.runId) === opened) this.#feeds.delete(feed.runId);
    if (this.#open.size > 0) return;
    void this.#listener?.close();
    this.#listener = undefined;
  }
}
