import type { OnnxModel, OnnxTensor } from '../../onnx/index.ts';
import { decoderFeeds } from './decoder-feeds.ts';
import { lastLogits } from './last-logits.ts';
import { PictureStates } from './picture-states.ts';
import type { Decoding } from './text-decoder.ts';

/** Decoding with a model that keeps no cache: every step reads the whole texts again. */
export class UncachedDecoding implements Decoding {
  readonly #model: OnnxModel;
  readonly #pictures: PictureStates;

  constructor(model: OnnxModel, pictures: OnnxTensor) {
    this.#model = model;
    this.#pictures = new PictureStates(pictures);
  }

  async next(sequences: readonly (readonly number[])[], from: readonly number[]): Promise<Float32Array[]> {
    const feeds = decoderFeeds(this.#model, sequences, 0, this.#pictures.follow(from));
    const { logits } = await this.#model.run(feeds, { outputs: ['logits'], allowNaN: true });
    return lastLogits(logits!, this.#model.path);
  }
}
