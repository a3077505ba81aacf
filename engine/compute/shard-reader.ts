import type { Digest } from '../plan/digest.ts';
import type { JsonObject } from '../plan/json.ts';
import { decodeSampleShard } from '../store/read-sample-shard.ts';
import type { SampleRow, ScoreRow } from '../store/sample-row.ts';
import { decodeScoreShard } from '../store/score-shard.ts';
import type { Store } from '../store/store.ts';
import { ByteCache } from './byte-cache.ts';
import type { ShardRefs } from './host-messages.ts';

/** What a step needs of a stored sample. */
export interface StoredSample extends Pick<SampleRow, 'key' | 'text' | 'image' | 'features'> {
  meta: JsonObject;
}

/** Decoded shards, the last used of them in memory: an epoch reads the same shards as the epoch before. */
export class ShardReader {
  readonly #store: Store;
  readonly #samples: ByteCache<StoredSample[]>;
  readonly #scores: ByteCache<ScoreRow[]>;

  constructor(store: Store, maxBytes: number) {
    this.#store = store;
    this.#samples = new ByteCache(maxBytes * 0.75);
    this.#scores = new ByteCache(maxBytes * 0.25);
  }

  samples(digest: Digest): Promise<StoredSample[]> {
    return this.#samples.get(digest, async () => {
      const bytes = await this.#store.get(digest);
      const rows = await decodeSampleShard(bytes, undefined, ['key', 'text', 'image', 'features', 'meta']);
      return { value: rows.map((row) => ({ ...row, meta: JSON.parse(row.meta) as JsonObject })), bytes: 2 * bytes.length };
    });
  }

  scores(digest: Digest): Promise<ScoreRow[]> {
    return this.#scores.get(digest, async () => {
      const bytes = await this.#store.get(digest);
      return { value: await decodeScoreShard(bytes), bytes: 4 * bytes.length };
    });
  }

  /** Remembers a shard that this host has just written, as reading it would give it: the next hop needs neither the disk nor Parquet. Of texts
   *  only: pictures and features are rather read again than kept beside their tensors. */
  keep(digest: Digest, rows: readonly SampleRow[], size: number): void {
    if (!rows.every(isPlainText)) return;
    const value = rows.map(({ key, text, image, features, meta }) => {
      return { key, text, image, features, meta: JSON.parse(meta) as JsonObject };
    });
    void this.#samples.get(digest, async () => ({ value, bytes: 2 * size }));
  }

  /** Reads ahead, while the step that runs waits for something else. What goes wrong shows when the order itself reads. */
  prefetch({ samples, scores }: ShardRefs): void {
    for (const digest of samples) this.samples(digest).catch(() => undefined);
    for (const digest of scores) this.scores(digest).catch(() => undefined);
  }
}

/** What UTF-8 gives back as it was. */
const isPlainText = ({ text, image, features, meta }: SampleRow): boolean =>
  image === null && features === null && text?.isWellFormed() === true && meta.isWellFormed();
