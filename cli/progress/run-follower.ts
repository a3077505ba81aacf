import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiClient } from '../client/api-client.ts';
import type { RunStatus } from '../operations/run-status.ts';
import { followEvents } from './follow-events.ts';
import type { FollowOptions } from './follow-options.ts';
import { insist } from './insist.ts';
import { LiveRun, PROGRESS_EVENTS } from './live-run.ts';
import { lookAtEvents, lookAtRun } from './look-at-run.ts';

/** Between two pictures at least. Milliseconds. */
const SHORTEST_WAIT = 100;
/** The same while no events come: time passes in the picture, too. Milliseconds. */
const PICTURE_WAIT = 1_000;
const SILENCE = 5_000;
const LONGEST_SILENCE = 30_000;
/** Up to some 50 events a second they cost the server no more than two looks a second do; at 100 twice as much. Counted over so many
 *  milliseconds. */
const DENSE = 50;
const DENSE_WINDOW = 5_000;

/** Follows one run by its events from now on, with a look at the start, when an event says more than it tells, after an outage, after silence,
 *  and at the end. */
export class RunFollower {
  readonly #client: ApiClient;
  readonly #runId: string;
  readonly #options: FollowOptions;
  readonly #live = new LiveRun();
  readonly #stop = new AbortController();
  /** The last event that was taken. */
  #cursor: string | undefined;
  #listening = false;
  #failure: { error: unknown } | undefined;
  #lookIsDue = true;
  /** When nothing was heard for too long. */
  #silentAt = 0;
  #silence: number;
  #counted = { since: 0, events: 0 };
  #isDense = false;
  #wake = (): void => undefined;

  constructor(client: ApiClient, runId: string, options: FollowOptions) {
    this.#client = client;
    this.#runId = runId;
    this.#options = options;
    this.#silence = options.silence ?? SILENCE;
  }

  /** Undefined where its events come too thick for that. */
  async follow(): Promise<RunStatus | undefined> {
    const { signal, patience } = this.#options;
    const end = (): void => {
      this.#stop.abort();
      this.#wake();
    };
    signal.addEventListener('abort', end);
    try {
      // Before the first look: what happens between the two is then told.
      this.#cursor = await insist((asking) => lookAtEvents(this.#client, this.#runId, asking), { signal, patience });
      return await this.#untilFinished();
    } finally {
      signal.removeEventListener('abort', end);
      end();
    }
  }

  async #untilFinished(): Promise<RunStatus | undefined> {
    while (!this.#isDense) {
      if (this.#failure) throw this.#failure.error;
      // The stream also ends where a run is resumed before the last look.
      if (!this.#listening) void this.#listen();
      if (this.#lookIsDue || Date.now() >= this.#silentAt) await this.#look();
      const status = this.#live.status(Date.now());
      if (status) this.#options.onStatus(status);
      if (status?.finished) return status;
      await this.#rest();
      this.#options.signal.throwIfAborted();
    }
    return undefined;
  }

  async #listen(): Promise<void> {
    this.#listening = true;
    const followed = {
      runId: this.#runId,
      after: this.#cursor,
      types: PROGRESS_EVENTS,
      signal: this.#stop.signal,
      patience: this.#options.patience,
      onOpen: (again: boolean) => again && this.#lookSoon(),
    };
    try {
      for await (const event of followEvents(this.#client, followed)) {
        this.#cursor = event.cursor;
        this.#count();
        if (this.#live.take(event, Date.now())) this.#lookSoon();
        else this.#heard();
      }
    } catch (error) {
      this.#failure = { error };
    }
    this.#listening = false;
    this.#lookSoon();
  }

  #count(): void {
    const now = Date.now();
    if (now - this.#counted.since > DENSE_WINDOW) this.#counted = { since: now, events: 0 };
    if (++this.#counted.events > (DENSE * DENSE_WINDOW) / 1000) this.#isDense = true;
  }

  #heard(): void {
    this.#silence = this.#options.silence ?? SILENCE;
    this.#silentAt = Date.now() + this.#silence;
    this.#wake();
  }

  #lookSoon(): void {
    this.#lookIsDue = true;
    this.#wake();
  }

  async #look(): Promise<void> {
    this.#lookIsDue = false;
    this.#silentAt = Date.now() + this.#silence;
    this.#silence = Math.min(LONGEST_SILENCE, this.#silence * 1.5);
    const status = await insist((signal) => lookAtRun(this.#client, this.#runId, signal), this.#options);
    this.#live.look(status, Date.now());
  }

  /** Until something was heard, and a little longer, since much comes together. */
  async #rest(): Promise<void> {
    if (!this.#lookIsDue)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, PICTURE_WAIT);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    await sleep(SHORTEST_WAIT);
  }
}
