import type { Digest } from '../../../engine/plan/digest.ts';
import type { JsonObject } from '../../../engine/plan/json.ts';

/** An answer that was taken and paid for. */
export interface Made {
  value: string | Uint8Array;
  receipt: JsonObject;
}

/** Of one endpoint. Bytes. */
const MOST = 128 * 2 ** 20;

/** What a process remembers of an endpoint between batches: when it last answered, and the answers of batches that failed, so that trying such a
 *  batch again asks (and pays) only for what is missing. */
export class EndpointMemory {
  #answeredAt = 0;
  readonly #made = new Map<string, Made>();
  #bytes = 0;

  answered(): void {
    this.#answeredAt = performance.now();
  }

  /** Whether somebody was answered since then (`performance.now()`). */
  hasAnsweredSince(time: number): boolean {
    return this.#answeredAt > time;
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
