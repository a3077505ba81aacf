interface Entry {
  value: Promise<unknown>;
  /** Orders that run with it now. */
  users: number;
}

/** Expensive things (onnxruntime sessions) that outlive an order. The least recently used is disposed of when there are too many, never
 *  one that a running order holds. */
export class WarmCache {
  readonly #most: number;
  /** Least recently used first. */
  readonly #entries = new Map<string, Entry>();

  constructor(most = 16) {
    this.#most = most;
  }

  /** One order's view. Whatever it takes is safe until `release`. */
  lease(): { warm<T>(key: string, open: () => Promise<T>): Promise<T>; release(): void } {
    const held = new Set<Entry>();
    return {
      warm: async <T>(key: string, open: () => Promise<T>): Promise<T> => {
        const entry = this.#take(key, open);
        if (!held.has(entry)) entry.users++;
        held.add(entry);
        return (await entry.value) as T;
      },
      release: () => {
        for (const entry of held) entry.users--;
        this.#evict();
      },
    };
  }

  /** Disposes of everything: the host is about to end. */
  async dispose(): Promise<void> {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    await Promise.all(entries.map(({ value }) => disposeOf(value)));
  }

  #take(key: string, open: () => Promise<unknown>): Entry {
    const entry = this.#entries.get(key) ?? this.#open(key, open);
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry;
  }

  #open(key: string, open: () => Promise<unknown>): Entry {
    const entry: Entry = { value: open(), users: 0 };
    // What could not be opened is tried anew by the next order.
    entry.value.catch(() => this.#entries.get(key) === entry && this.#entries.delete(key));
    return entry;
  }

  #evict(): void {
    for (const [key, entry] of this.#entries) {
      if (this.#entries.size <= this.#most) return;
      if (entry.users > 0) continue;
      this.#entries.delete(key);
      void disposeOf(entry.value);
    }
  }
}

/** An onnxruntime session has `release`, other things `dispose` or `close`. */
async function disposeOf(value: Promise<unknown>): Promise<void> {
  try {
    const thing = (await value) as Partial<Record<'release' | 'dispose' | 'close', () => unknown>> | null | undefined;
    if (typeof thing?.release === 'function') await thing.release();
    else if (typeof thing?.dispose === 'function') await thing.dispose();
    else if (typeof thing?.close === 'function') await thing.close();
  } catch (error) {
    console.error(`warm: could not dispose: ${error instanceof Error ? error.message : error}`);
  }
}
