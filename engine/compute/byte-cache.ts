interface Entry<T> {
  value: Promise<T>;
  bytes: number;
}

export interface Sized<T> {
  value: T;
  bytes: number;
}

/** Keeps what was used last, up to a number of bytes. What is asked for twice at once is loaded once. */
export class ByteCache<T> {
  readonly #maxBytes: number;
  /** Least recently used first. */
  readonly #entries = new Map<string, Entry<T>>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get(key: string, load: () => Promise<Sized<T>>): Promise<T> {
    const entry = this.#entries.get(key) ?? this.#load(load, key);
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  #load(load: () => Promise<Sized<T>>, key: string): Entry<T> {
    const loading = load();
    const entry: Entry<T> = { value: loading.then(({ value }) => value), bytes: 0 };
    loading.then(
      ({ bytes }) => {
        entry.bytes = bytes;
        this.#bytes += bytes;
        this.#evict(entry);
      },
      () => this.#entries.delete(key),
    );
    return entry;
  }

  #evict(newest: Entry<T>): void {
    for (const [key, entry] of this.#entries) {
      if (this.#bytes <= this.#maxBytes) return;
      if (entry === newest || entry.bytes === 0) continue;
      this.#entries.delete(key);
      this.#bytes -= entry.bytes;
    }
  }
}
