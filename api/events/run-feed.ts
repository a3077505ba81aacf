import { type Db, type EventPage, type EventPosition, isFinished, readEvents } from '../../engine/lineage/index.ts';
import { HoplineError } from '../../engine/plan/errors.ts';
import { EventWindow } from './event-window.ts';
import { PageReads } from './page-reads.ts';

export interface FeedPace {
  /** Between two looks while a run moves. Milliseconds. Default 250. */
  tick?: number;
  /** The same while nothing comes; reached by and by. Milliseconds. Default 1_000: what is waited for most wakes the feed (write-events.ts). */
  idleTick?: number;
  /** Events kept for those that are not far behind. Default 512. */
  window?: number;
  /** Events a statement. Default 256. */
  page?: number;
}

/** Between two looks, however often it is woken. Milliseconds. */
const SHORTEST = 20;
/** When committed events are held back by an older transaction, which is mostly gone in a moment. Milliseconds. */
const HELD = 40;
/** So long events are held back before it is looked up whether what holds them is silent. Milliseconds. */
const PATIENCE = 500;
/** And then for so long: looking through the locks of the server is not for every look. Milliseconds. */
const PASSING = 30_000;
const LONGEST_OUTAGE_WAIT = 5_000;

/** The events of a run as one process sees them: one statement a tick, however many read them. It looks only while somebody does. */
export class RunFeed {
  readonly runId: string;
  readonly window: EventWindow;
  readonly pages: PageReads;
  /** How it came to an end: the run has ended and everything of it is in the window, or it can't be read any more. */
  end: { error?: unknown } | undefined;
  /** It looks no more and takes no more readers. */
  done = false;
  /** Committed events have waited since then for an older transaction to end. */
  heldSince: Date | undefined;
  projectId = 0;
  ticks = 0;
  readers = 0;
  readonly #db: Db;
  readonly #onDone: (feed: RunFeed) => void;
  readonly #waiting = new Set<() => void>();
  readonly #pace: Required<FeedPace>;
  #through: EventPosition | undefined;
  #timer: NodeJS.Timeout | undefined;
  #wait: number;
  #lookedAt = 0;
  #passUntil = 0;
  #looking = false;
  #joined = false;
  #woken = false;

  constructor(
    db: Db,
    runId: string,
    /** Called once, when it has come to its end or nobody reads it any more. */
    onDone: (feed: RunFeed) => void,
    pace: FeedPace = {},
  ) {
    this.#db = db;
    this.runId = runId;
    this.#onDone = onDone;
    this.#pace = { tick: 250, idleTick: 1_000, window: 512, page: 256, ...pace };
    this.#wait = this.#pace.tick;
    this.window = new EventWindow(this.#pace.window);
    this.pages = new PageReads({ db, runId, limit: this.#pace.page });
  }

  /** Fills the window with the latest events. @throws RUN_NOT_FOUND */
  async open(): Promise<this> {
    const limit = this.#pace.window;
    const { events, through, projectId } = await readEvents(this.#db, { runId: this.runId, limit, latest: true });
    this.projectId = projectId;
    this.#through = through;
    if (events.length === limit) this.window.cutBefore(events.shift()!);
    this.window.append(events);
    return this;
  }

  /** Counts a reader in. From now on the feed ends only by a look that begins later, so that nobody is told an end that was before it came. */
  join(): void {
    this.readers++;
    this.#joined = true;
    if (!this.#timer) this.#lookIn(0);
  }

  leave(): void {
    if (--this.readers === 0) this.#stop();
  }

  /** Looks soon. */
  wake(): void {
    this.#woken = true;
    this.#lookIn(0);
  }

  /** Calls back once, when there is something new. The answer forgets it. */
  onNews(wake: () => void): () => void {
    this.#waiting.add(wake);
    return () => void this.#waiting.delete(wake);
  }

  #lookIn(milliseconds: number): void {
    if (this.#looking || this.done) return;
    clearTimeout(this.#timer);
    const wait = Math.max(milliseconds, this.#lookedAt + SHORTEST - Date.now());
    this.#timer = setTimeout(() => void this.#look(), wait);
  }

  async #look(): Promise<void> {
    this.#looking = true;
    this.#joined = this.#woken = false;
    this.#timer = undefined;
    this.#lookedAt = Date.now();
    this.ticks++;
    try {
      const passSilent = this.#lookedAt < this.#passUntil;
      const page = await readEvents(this.#db, { runId: this.runId, after: this.#through!, limit: this.#pace.page, passSilent });
      this.#take(page);
    } catch (error) {
      if (!(error instanceof HoplineError) || error.permanent) this.#finish({ error });
      else this.#wait = Math.min(LONGEST_OUTAGE_WAIT, this.#wait * 2);
    }
    this.#looking = false;
    this.#lookIn(this.#woken ? 0 : this.#wait);
  }

  #take({ events, through, held, state }: EventPage): void {
    const { tick, idleTick, page } = this.#pace;
    this.#through = through;
    this.window.append(events);
    const full = events.length === page;
    const first = held && !this.heldSince;
    this.heldSince = held ? (this.heldSince ?? new Date()) : undefined;
    if (this.heldSince && Date.now() - this.heldSince.getTime() > PATIENCE) this.#passUntil = Date.now() + PASSING;
    if (full) this.#wait = 0;
    else if (first) this.#wait = HELD;
    else if (events.length > 0 && !held) this.#wait = tick;
    else this.#wait = Math.min(idleTick, Math.max(HELD, this.#wait) * 1.3);
    const ended = isFinished(state) && !full && !held;
    if (ended && this.#joined) this.#wait = 0;
    else if (ended) this.#finish({});
    if (events.length > 0) this.#tellNews();
  }

  #finish(end: { error?: unknown }): void {
    this.end = end;
    this.#isDone();
    this.#tellNews();
  }

  #tellNews(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#isDone();
  }

  #isDone(): void {
    if (this.done) return;
    this.done = true;
    this.#onDone(this);
  }
}
