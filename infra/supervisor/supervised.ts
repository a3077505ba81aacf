import { setTimeout as sleep } from 'node:timers/promises';
import { describeError } from '../../engine/plan/errors.ts';
import type { Child } from '../process/child.ts';
import type { EndOptions } from '../process/end-process.ts';
import type { ProcessState, ProcessStatus } from './services.ts';

/** First pause before a restart; it doubles up to the longest. A life longer than `STEADY` starts the count anew. Milliseconds. */
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 30_000;
const STEADY = 60_000;

/** Starts the process and returns when it is ready; ends it itself when it doesn't become so. */
export type Launch = (signal: AbortSignal, restart: boolean) => Promise<Child>;

/** A process that is brought back whenever it ends without being asked to. */
export class Supervised {
  readonly name: string;
  #launch: Launch;
  #changed: (line: string) => void;
  #stopping = new AbortController();
  #child: Child | undefined;
  #watching: Promise<void> = Promise.resolve();
  #state: ProcessState = 'starting';
  #restarts = 0;
  #lastEnd: string | undefined;

  constructor(name: string, launch: Launch, changed: (line: string) => void) {
    this.name = name;
    this.#launch = launch;
    this.#changed = changed;
  }

  get status(): ProcessStatus {
    return {
      name: this.name,
      state: this.#state,
      pid: this.#child?.identity.pid,
      restarts: this.#restarts,
      lastEnd: this.#lastEnd,
    };
  }

  /** The first start: a failure is the caller's, not a reason to try again. */
  async start(): Promise<void> {
    const began = performance.now();
    const child = await this.#launch(this.#stopping.signal, false);
    this.#running(child, `${this.name} is ready after ${((performance.now() - began) / 1000).toFixed(1)} s`);
    this.#watching = this.#watch(child);
  }

  async stop(options?: EndOptions): Promise<void> {
    this.#stopping.abort(new Error('stopping'));
    await this.#child?.end(options);
    await this.#watching;
    this.#state = 'stopped';
  }

  async #watch(first: Child): Promise<void> {
    const { signal } = this.#stopping;
    let child = first;
    let pause = FIRST_PAUSE;
    while (true) {
      const began = Date.now();
      const { code, signal: killedBy } = await child.exited;
      if (signal.aborted) return;
      if (Date.now() - began > STEADY) pause = FIRST_PAUSE;
      this.#ended(killedBy ?? `code ${code}`, pause);
      const next = await this.#relaunch(pause, signal);
      if (!next) return;
      pause = Math.min(pause * 2, LONGEST_PAUSE);
      child = next;
    }
  }

  /** Tries until it starts, or until we are asked to stop. */
  async #relaunch(firstPause: number, signal: AbortSignal): Promise<Child | undefined> {
    for (let pause = firstPause; !signal.aborted; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
      try {
        await sleep(pause, undefined, { signal });
        const child = await this.#launch(signal, true);
        if (signal.aborted) {
          // Ready just as we were asked to stop: whoever asked saw no child to end.
          await child.end({ grace: 2_000 });
          return undefined;
        }
        this.#restarts++;
        this.#running(child, `${this.name} is back`);
        return child;
      } catch (error) {
        if (!signal.aborted) this.#ended(describeError(error).split('\n')[0] ?? '', Math.min(pause * 2, LONGEST_PAUSE));
      }
    }
    return undefined;
  }

  #running(child: Child, line: string): void {
    this.#child = child;
    this.#state = 'running';
    this.#changed(line);
  }

  #ended(how: string, pause: number): void {
    this.#state = 'restarting';
    this.#child = undefined;
    this.#lastEnd = `${new Date().toISOString()} ${how}`;
    this.#changed(`${this.name} ended unexpectedly (${how}); again in ${pause / 1000} s`);
  }
}
