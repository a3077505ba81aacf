import type { RootSample } from '../lineage/index.ts';
import { canonicalJson, type Digest } from '../plan/digest.ts';
import { contentDigest } from '../plan/keys.ts';
import type { ReaderRow } from '../plan/project.ts';
import type { SampleRow } from '../store/sample-row.ts';
import type { ArtifactRef, Store } from '../store/store.ts';
import { writeSampleShard } from '../store/write-sample-shard.ts';

/** Samples a shard: large enough to read in one go, small enough to hold in memory with pictures. */
const SAMPLES_A_SHARD = 1_000;

/** Writes the real samples of a dataset into Parquet shards, each sample once however many rows share it. */
export class RootSampleWriter {
  readonly #store: Store;
  readonly #artifacts: ArtifactRef[] = [];
  readonly #samples = new Map<Digest, RootSample>();
  #page: { sample: RootSample; row: SampleRow }[] = [];

  constructor(store: Store) {
    this.#store = store;
  }

  /** The samples of a row. Where they lie is filled in when their shard is written. */
  async add({ text, image, meta }: ReaderRow): Promise<{ text?: RootSample; image?: RootSample }> {
    const samples: { text?: RootSample; image?: RootSample } = {};
    const json = canonicalJson(meta);
    if (text !== undefined) {
      const key = contentDigest(text, json);
      samples.text = this.#sample(
        key,
        Buffer.byteLength(text),
        { text, meta },
        { ...rootRow(key), medium: 'text', text, meta: json },
      );
    }
    if (image !== undefined) {
      const key = contentDigest(image);
      samples.image = this.#sample(key, image.length, {}, { ...rootRow(key), medium: 'image', image });
    }
    if (this.#page.length >= SAMPLES_A_SHARD) await this.#flush();
    return samples;
  }

  /** Writes what is left. @returns all shards. */
  async finish(): Promise<ArtifactRef[]> {
    await this.#flush();
    return this.#artifacts;
  }

  #sample(key: Digest, bytes: number, payload: Pick<RootSample, 'text' | 'meta'>, row: SampleRow): RootSample {
    const known = this.#samples.get(key);
    if (known) return known;
    const sample: RootSample = { key, artifact: '', row: this.#page.length, bytes, ...payload };
    this.#samples.set(key, sample);
    this.#page.push({ sample, row });
    return sample;
  }

  async #flush(): Promise<void> {
    if (this.#page.length === 0) return;
    const artifact = await this.#store.put(writeSampleShard(this.#page.map(({ row }) => row)), 'application/vnd.apache.parquet');
    for (const { sample } of this.#page) sample.artifact = artifact.digest;
    this.#artifacts.push(artifact);
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
