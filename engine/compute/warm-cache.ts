interface Entry {
  value: Promise<unknown>;
  /** Orders that run with it now. */
  users: number;
  /** By how much the process grew while it was opened. */
  bytes: number;
}

export interface WarmLimits {
  /** Things. Default 16. */
  most?: number;
  /** What they may take together. Default: no limit. */
  bytes?: number;
  /** Of the process, in bytes. Default: its resident memory. */
  size?(): number;
}

/** Expensive things (onnxruntime sessions) that outlive an order. The least recently used is disposed of when there are too many or they
 *  have taken too much memory, never one that a running order holds, and not the last one. */
export class WarmCache {
  readonly #limits: Required<WarmLimits>;
  /** Least recently used first. */
  readonly #entries = new Map<string, Entry>();
  /** How many are being opened: what two take that open at once can't be told apart, and is shared out. */
  #opening = 0;

  constructor({ most = 16, bytes = Infinity, size = () => process.memoryUsage.rss() }: WarmLimits = {}) {
    this.#limits = { most, bytes, size };
  }

  /** What the process grew by while those that it holds were opened. */
  get bytes(): number {
    return [...this.#entries.values()].reduce((sum, entry) => sum + entry.bytes, 0);
  }

  /** One order's view. Whatever it takes is safe until `release`, which may be called again. */
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
        held.clear();
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
    const { size } = this.#limits;
    const before = size();
    const share = ++this.#opening;
    const entry: Entry = { value: open(), users: 0, bytes: 0 };
    const measured = (): void => {
      entry.bytes = Math.max(0, size() - before) / share;
      this.#opening--;
    };
    entry.value.then(measured, () => this.#opening--);
    // What could not be opened is tried anew by the next order.
    entry.value.catch(() => this.#entries.get(key) === entry && this.#entries.delete(key));
    return entry;
  }

  #evict(): void {
    let bytes = this.bytes;
    for (const [key, entry] of this.#entries) {
      if (this.#entries.size <= this.#limits.most && bytes <= this.#limits.bytes) return;
      if (entry.users > 0 || entry === [...this.#entries.values()].at(-1)) continue;
      bytes -= entry.bytes;
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
