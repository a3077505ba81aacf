/** Collects the keys asked for within one turn of the event loop and loads them together, so that a list's field costs one query.
 *  Answers are kept for the loader's life, which is one request. `load` answers in the order of the keys;
 *  an Error among the answers reaches only those who asked for its key. */
export function batchLoader<K extends string | number | bigint, V>(
  load: (keys: K[]) => Promise<readonly (V | Error)[]>,
): (key: K) => Promise<V> {
  const known = new Map<K, Promise<V>>();
  let batch: { key: K; resolve: (value: V) => void; reject: (reason: unknown) => void }[] = [];

  async function flush(): Promise<void> {
    const due = batch;
    batch = [];
    try {
      const values = await load(due.map((entry) => entry.key));
      if (values.length !== due.length)
        throw new RangeError(`batchLoader.load must answer ${due.length} keys, got ${values.length}`);
      due.forEach((entry, index) => {
        const value = values[index] as V | Error;
        if (value instanceof Error) entry.reject(value);
        else entry.resolve(value);
      });
    } catch (error) {
      for (const entry of due) entry.reject(error);
    }
  }

  return (key) => {
    const earlier = known.get(key);
    if (earlier) return earlier;
    const promise = new Promise<V>((resolve, reject) => {
      if (batch.length === 0) setImmediate(() => void flush());
      batch.push({ key, resolve, reject });
    });
    known.set(key, promise);
    return promise;
  };
}
