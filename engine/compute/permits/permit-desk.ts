import { setTimeout as sleep } from 'node:timers/promises';
import type { Digest } from '../../plan/digest.ts';
import type { Permit, PermitAsk, PermitEnd } from '../../plan/permit.ts';
import type { Budget } from './budget.ts';

interface Waiting {
  ask: PermitAsk;
  gone: boolean;
  grant(permit: Permit): void;
  fail(error: unknown): void;
}

interface Queue {
  waiting: Waiting[];
  busy: boolean;
  /** Ends the nap of whoever looks for this queue. */
  wake: AbortController;
}

/** Asks of one key that go to the budget at a time. */
const MOST = 64;
/** How long is waited for somebody else's permit before the next look. Seconds; doubled while nothing comes. */
const FIRST_LOOK = 0.05;
const LAST_LOOK = 0.5;

/** Where all hosts of a worker ask for permits: one at a time talks to the budget for each key, first come, first served, so that it is asked
 *  no more often with a hundred who wait than with one. */
export class PermitDesk {
  readonly #budget: Budget;
  readonly #log: (line: string) => void;
  readonly #queues = new Map<Digest, Queue>();

  constructor(budget: Budget, log: (line: string) => void = () => undefined) {
    this.#budget = budget;
    this.#log = log;
  }

  /** Waits for a permit. @throws what keeps the budget from answering, such as DATABASE_UNREACHABLE; what the signal was aborted with */
  ask(ask: PermitAsk, signal: AbortSignal): Promise<Permit> {
    if (signal.aborted) return Promise.reject(signal.reason);
    const queue = this.#queue(ask.key);
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        waiting.gone = true;
        queue.waiting = queue.waiting.filter((other) => other !== waiting);
        reject(signal.reason);
      };
      const settled =
        <T>(then: (value: T) => void) =>
        (value: T): void => {
          signal.removeEventListener('abort', leave);
          then(value);
        };
      const waiting: Waiting = { ask, gone: false, grant: settled(resolve), fail: settled(reject) };
      signal.addEventListener('abort', leave, { once: true });
      queue.waiting.push(waiting);
      void this.#serve(queue);
    });
  }

  async #serve(queue: Queue): Promise<void> {
    if (queue.busy) return;
    queue.busy = true;
    let look = FIRST_LOOK;
    while (queue.waiting.length > 0) {
      const next = queue.waiting.slice(0, MOST);
      queue.wake = new AbortController();
      try {
        const { granted, wait } = await this.#budget.grant(next.map(({ ask }) => ask));
        queue.waiting = queue.waiting.filter((waiting) => !next.slice(0, granted.length).includes(waiting));
        granted.forEach(({ id, delay }, index) => void this.#handOut(next[index]!, id, delay));
        if (granted.length === next.length) continue;
        look = granted.length > 0 ? FIRST_LOOK : Math.min(LAST_LOOK, 2 * look);
        // By chance, lest several workers look at the same moment.
        const nap = wait ?? look * (0.5 + Math.random() / 2);
        await sleep(Math.min(nap, 1) * 1000, undefined, { signal: queue.wake.signal }).catch(() => undefined);
      } catch (error) {
        for (const waiting of queue.waiting.splice(0)) waiting.fail(error);
      }
    }
    queue.busy = false;
  }

  async #handOut(waiting: Waiting, id: number, delay: number): Promise<void> {
    if (delay > 0 && !waiting.gone) await sleep(delay * 1000);
    const permit = this.#permit(id, waiting.ask);
    if (waiting.gone) permit.release();
    else waiting.grant(permit);
  }

  #permit(id: number, ask: PermitAsk): Permit {
    let isOut = true;
    return {
      release: (end: PermitEnd = {}) => {
        if (!isOut) return;
        isOut = false;
        this.#budget
          .end(id, ask, end)
          // It runs out by itself.
          .catch((error: Error) => this.#log(`a permit was not given back: ${error.message}`))
          .finally(() => this.#queue(ask.key).wake.abort());
      },
    };
  }

  #queue(key: Digest): Queue {
    const queue = this.#queues.get(key) ?? { waiting: [], busy: false, wake: new AbortController() };
    this.#queues.set(key, queue);
    return queue;
  }
}
