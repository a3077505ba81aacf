import type { Digest } from '../../../engine/plan/digest.ts';
import type { JsonObject } from '../../../engine/plan/json.ts';

/** An answer that was taken and paid for. */
export interface Made {
  value: string | Uint8Array;
  receipt: JsonObject;
}

/** Of one endpoint. Bytes. */
const MOST = 128 * 2 ** 20;
/** Times that a sample is given up, a batch each, before it is to blame although nobody else was answered since: the last one that is left of a
 *  run has nobody beside it. A task is tried six times (activities/README.md). */
const BLAMED_AFTER = 5;
/** How long ago others may have been answered for that. Milliseconds. */
const LATELY = 30 * 60_000;

/** What a process remembers of an endpoint between batches: when it last answered, and the answers of batches that failed, so that trying such a
 *  batch again asks (and pays) only for what is missing. */
export class EndpointMemory {
  #answeredAt = Number.NEGATIVE_INFINITY;
  readonly #givenUp = new Map<string, { times: number; first: number }>();
  readonly #made = new Map<string, Made>();
  #bytes = 0;

  answered(): void {
    this.#answeredAt = performance.now();
  }

  /** A sample has been tried to the last, from `since` on (`performance.now()`). Says whether it is to blame, because others were answered
   *  meanwhile, and not the endpoint. */
  giveUp(id: string, since: number): boolean {
    const { times, first } = this.#givenUp.get(id) ?? { times: 0, first: since };
    this.#givenUp.set(id, { times: times + 1, first });
    return this.#answeredAt > first || (times + 1 >= BLAMED_AFTER && this.#answeredAt > performance.now() - LATELY);
  }

  keep(id: string, made: Made): void {
    const bytes = made.value.length + 512;
    if (this.#made.has(id) || this.#bytes + bytes > MOST) return;
    this.#made.set(id, made);
    this.#bytes += bytes;
  }

  recall(id: string): Made | undefined {
    return this.#made.get(id);
  }

  /** The batch is handed over: nobody asks for these again. */
  forget(ids: readonly string[]): void {
    for (const id of ids) {
      this.#givenUp.delete(id);
      const made = this.#made.get(id);
      if (!made) continue;
      this.#made.delete(id);
      this.#bytes -= made.value.length + 512;
    }
  }
}

const memories = new Map<Digest, EndpointMemory>();

/** By model digest: one a process. */
export function memoryOf(model: Digest): EndpointMemory {
  const known = memories.get(model);
  if (known) return known;
  const memory = new EndpointMemory();
  memories.set(model, memory);
  return memory;
}
