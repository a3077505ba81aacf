import { comparePositions, type EventPosition, type PlacedEvent } from '../../engine/lineage/index.ts';
import { HoplineError } from '../../engine/plan/errors.ts';
import type { RunFeed } from './run-feed.ts';

export interface SubscriptionOptions {
  after: EventPosition;
  /** Only events of these types. Default: all. */
  types?: readonly string[] | undefined;
}

/** Before a page is asked again when the database is away. Milliseconds. */
const OUTAGE_WAIT = 1_000;
/** Before a page is asked again when nothing came of it. Milliseconds. */
const HELD_WAIT = 100;

/** One reader's way through the events of a run, each once, in order. It pulls: it holds where it is and at most one page of its own. Where
 *  the feed's window has moved past it, it goes on by pages from its position until it meets the window again. */
export class RunSubscription implements AsyncIterableIterator<PlacedEvent> {
  readonly #feed: RunFeed;
  readonly #types: readonly string[] | undefined;
  #position: EventPosition;
  /** Of the next event in the feed's window; undefined while behind it. */
  #number: number | undefined;
  #page: { events: readonly PlacedEvent[]; next: number; through: EventPosition } | undefined;
  #failure: { error: unknown } | undefined;
  #closed = false;
  /** Ends the waiting of a `next`. */
  #wake: (() => void) | undefined;
  readonly #atClose: (() => void)[] = [];

  constructor(feed: RunFeed, options: SubscriptionOptions) {
    this.#feed = feed;
    this.#types = options.types;
    this.#position = options.after;
    feed.join();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Called once when it ends, however it ends. */
  onClose(call: () => void): void {
    if (this.#closed) call();
    else this.#atClose.push(call);
  }

  /** The reader gets this error instead of the next event. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#wake?.();
  }

  async next(): Promise<IteratorResult<PlacedEvent, undefined>> {
    while (!this.#closed) {
      const failure = this.#failure;
      if (failure) return this.#throw(failure.error);
      const event = this.#take();
      if (event) return { done: false, value: event };
      if (this.#number === undefined) await this.#readPage();
      else if (this.#feed.end && 'error' in this.#feed.end) return this.#throw(this.#feed.end.error);
      else if (this.#feed.end) break;
      else await this.#wait((wake) => this.#feed.onNews(wake));
    }
    return this.return();
  }

  async return(): Promise<IteratorResult<PlacedEvent, undefined>> {
    this.#close();
    return { done: true, value: undefined };
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#page = undefined;
    this.#wake?.();
    this.#feed.leave();
    for (const call of this.#atClose) call();
  }

  #throw(error: unknown): never {
    this.#close();
    throw error;
  }

  /** The next event that is at hand. */
  #take(): PlacedEvent | undefined {
    while (true) {
      const event = this.#fromPage() ?? this.#fromWindow();
      // What is up to our position was seen, maybe through another process that was ahead of this one.
      if (!event) return undefined;
      if (comparePositions(event.position, this.#position) <= 0) continue;
      this.#position = event.position;
      if (!this.#types || this.#types.includes(event.type)) return event;
    }
  }

  #fromPage(): PlacedEvent | undefined {
    const event = this.#page?.events[this.#page.next++];
    if (this.#page && !event) {
      this.#position = this.#page.through;
      this.#page = undefined;
    }
    return event;
  }

  #fromWindow(): PlacedEvent | undefined {
    const { window } = this.#feed;
    if (this.#number !== undefined && window.isLost(this.#number)) this.#number = undefined;
    this.#number ??= window.numberAfter(this.#position);
    if (this.#number === undefined) return undefined;
    const event = window.at(this.#number);
    if (event) this.#number++;
    return event;
  }

  async #readPage(): Promise<void> {
    try {
      const { events, through } = await this.#feed.pages.read(this.#position, this.#types);
      this.#page = { events, next: 0, through };
      // What the window has may still be held back from a page.
      if (events.length === 0 && comparePositions(through, this.#position) <= 0) await this.#pause(HELD_WAIT);
    } catch (error) {
      if (!(error instanceof HoplineError) || error.permanent) this.fail(error);
      else await this.#pause(OUTAGE_WAIT);
    }
  }

  #pause(milliseconds: number): Promise<void> {
    return this.#wait((wake) => {
      const timer = setTimeout(wake, milliseconds);
      return () => clearTimeout(timer);
    });
  }

  /** Until `begin`'s callback is called, or this is closed or fails. */
  async #wait(begin: (wake: () => void) => () => void): Promise<void> {
    await new Promise<void>((resolve) => {
      const forget = begin(() => this.#wake?.());
      this.#wake = () => {
        this.#wake = undefined;
        forget();
        resolve();
      };
    });
  }
}
