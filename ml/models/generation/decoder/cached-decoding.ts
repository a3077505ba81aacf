import type { OnnxFeed, OnnxModel, OnnxTensor } from '../../onnx/index.ts';
import { decoderFeeds } from './decoder-feeds.ts';
import { gatherRows } from './gather-rows.ts';
import { lastLogits } from './last-logits.ts';
import { emptyPast, pastNames, presentName } from './past-names.ts';
import { PictureStates } from './picture-states.ts';
import type { Decoding } from './text-decoder.ts';

/** The models of a decoder with a cache of keys and values: one for the first call and one for those that follow, or the same. */
export interface CachedModels {
  readonly first: OnnxModel;
  readonly following: OnnxModel;
}

/** Decoding that reads only the last id of each text; what came before lies in the cache. */
export class CachedDecoding implements Decoding {
  readonly #models: CachedModels;
  readonly #pictures: PictureStates;
  readonly #heads: number;
  #past: Record<string, OnnxTensor> | undefined;
  #length = 0;

  /** @param heads of the attention, where the model doesn't declare them */
  constructor(models: CachedModels, pictures: OnnxTensor, heads: number) {
    this.#models = models;
    this.#pictures = new PictureStates(pictures);
    this.#heads = heads;
  }

  async next(sequences: readonly (readonly number[])[], from: readonly number[]): Promise<Float32Array[]> {
    const states = this.#pictures.follow(from);
    const before = this.#past;
    const model = before ? this.#models.following : this.#models.first;
    const fresh = before ? sequences.map((ids) => ids.slice(this.#length)) : sequences;
    const feeds: Record<string, OnnxFeed> = {
      ...decoderFeeds(model, fresh, this.#length, states),
      use_cache_branch: { data: [before ? 1 : 0], shape: [1] },
    };
    const past: Record<string, OnnxTensor> = {};
    for (const name of pastNames(this.#models.following)) {
      const kept = before?.[name];
      past[name] = kept ? gatherRows(kept, from) : emptyPast(this.#models.following.input(name)!, sequences.length, this.#heads);
      feeds[name] = past[name];
    }
    const present = model.outputs
      .map(({ name }) => name)
      .filter((name) => Object.keys(past).some((at) => presentName(at) === name));
    const results = await model.run(feeds, { outputs: ['logits', ...present], allowNaN: true });
    this.#past = this.#keep(past, results, before !== undefined);
    this.#length = sequences[0]!.length;
    return lastLogits(results.logits!, model.path);
  }

  /** Keys and values of the picture stay as the first call made them: later calls leave them out or give a dummy. */
  #keep(past: Record<string, OnnxTensor>, results: Record<string, OnnxTensor>, following: boolean): Record<string, OnnxTensor> {
    return Object.fromEntries(
      Object.entries(past).map(([name, kept]) => {
        const ofPicture = name.includes('.encoder.') || name.includes('cross');
        return [name, following && ofPicture ? kept : (results[presentName(name)] ?? kept)];
      }),
    );
  }
}
