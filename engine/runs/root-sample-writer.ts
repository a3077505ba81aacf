import { canonicalJson, type Digest } from '../plan/digest.ts';
import { DigestIndex } from '../plan/digest-index.ts';
import { contentDigest } from '../plan/keys.ts';
import type { ReaderRow } from '../plan/project.ts';
import type { SampleRow } from '../store/sample-row.ts';
import type { ArtifactRef, Store } from '../store/store.ts';
import { writeSampleShard } from '../store/write-sample-shard.ts';

/** Samples a shard: large enough to read in one go, small enough to hold in memory with pictures. */
const SAMPLES_A_SHARD = 1_000;

/** A sample that the writer has taken. */
export interface WrittenSample {
  key: Digest;
  /** Where it lies: `place` tells, once everything is written. */
  number: number;
  /** Payload size. */
  bytes: number;
}

/** Writes the real samples of a dataset into Parquet shards, each sample once however many rows share it. Holds a shard, and 25 bytes a
 *  sample. */
export class RootSampleWriter {
  readonly #store: Store;
  readonly #artifacts: ArtifactRef[] = [];
  readonly #index = new DigestIndex();
  /** Number of each shard's first sample. */
  readonly #starts: number[] = [];
  #page: SampleRow[] = [];

  constructor(store: Store) {
    this.#store = store;
  }

  async add({ text, image, meta }: ReaderRow): Promise<{ text?: WrittenSample; image?: WrittenSample }> {
    const samples: { text?: WrittenSample; image?: WrittenSample } = {};
    if (text !== undefined) {
      const json = canonicalJson(meta);
      const key = contentDigest(text, json);
      samples.text = this.#take(key, Buffer.byteLength(text), { medium: 'text', text, meta: json });
    }
    if (image !== undefined) samples.image = this.#take(contentDigest(image), image.length, { medium: 'image', image });
    if (this.#page.length >= SAMPLES_A_SHARD) await this.#flush();
    return samples;
  }

  /** Writes what is left. @returns all shards. */
  async finish(): Promise<ArtifactRef[]> {
    await this.#flush();
    return this.#artifacts;
  }

  /** The shard and the row of a sample, after `finish`. */
  place(number: number): { artifact: Digest; row: number } {
    let [low, high] = [0, this.#starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.#starts[middle]! <= number) low = middle;
      else high = middle - 1;
    }
    return { artifact: this.#artifacts[low]!.digest, row: number - this.#starts[low]! };
  }

  #take(key: Digest, bytes: number, payload: Pick<SampleRow, 'medium'> & Partial<SampleRow>): WrittenSample {
    const { number, isNew } = this.#index.add(key);
    if (isNew) this.#page.push({ ...rootRow(key), ...payload });
    return { key, number, bytes };
  }

  async #flush(): Promise<void> {
    if (this.#page.length === 0) return;
    this.#starts.push(this.#index.size - this.#page.length);
    this.#artifacts.push(await this.#store.put(writeSampleShard(this.#page), 'application/vnd.apache.parquet'));
    this.#page = [];
  }
}

/** A real sample is its own root. */
const rootRow = (key: Digest): Omit<SampleRow, 'medium'> => ({
  key,
  contentDigest: key,
  text: null,
  image: null,
  features: null,
  meta: '{}',
  chain: 0,
  depth: 0,
  hop: 0,
  rootKey: key,
  seed: null,
  parents: [],
});
