import { readFileSync } from 'node:fs';
import { type ImageCaptioner, imageCaptioner } from '../../ml/models/generation/captioning/image-captioner.ts';
import { openStableDiffusion, type StableDiffusion } from '../../ml/models/stable-diffusion/index.ts';
import { openVisionEncoderDecoderModel } from '../../ml/models/vision-encoder-decoder/open-vision-encoder-decoder-model.ts';
import type { Order } from './python-peer.ts';

export interface Call {
  seconds: number;
  /** Share of the time that was not spent inside onnxruntime. */
  outside: number;
}

/** Hopline's side of the comparison: the same folders, the same amount of work. */
export class OurSide {
  readonly #threads: number;
  readonly #painters = new Map<string, StableDiffusion>();
  readonly #captioners = new Map<string, ImageCaptioner>();

  constructor(threads: number) {
    this.#threads = threads;
  }

  async measure(order: Order): Promise<Call> {
    return order.what === 'pictures' ? this.#draw(order) : this.#write(order);
  }

  async close(): Promise<void> {
    for (const opened of [...this.#painters.values(), ...this.#captioners.values()]) await opened.close();
  }

  async #draw({ folder, batch, steps }: Extract<Order, { what: 'pictures' }>): Promise<Call> {
    const painter = this.#painters.get(folder) ?? (await openStableDiffusion(folder, { threads: this.#threads }));
    this.#painters.set(folder, painter);
    const items = Array.from({ length: batch }, (_, n) => ({ prompt: `a red circle above ${n} blue squares`, seed: BigInt(n) }));
    const inside = painter.sessionMilliseconds();
    const began = performance.now();
    const pictures = await painter.generate(items, { steps, batchSize: batch, scheduler: 'ddim' });
    const milliseconds = performance.now() - began;
    for (const picture of pictures) if (picture instanceof Error) throw picture;
    return { seconds: milliseconds / 1000, outside: 1 - (painter.sessionMilliseconds() - inside) / milliseconds };
  }

  async #write({ folder, batch, images, maxLength }: Extract<Order, { what: 'captions' }>): Promise<Call> {
    const key = `${folder} ${batch}`;
    const captioner =
      this.#captioners.get(key) ?? imageCaptioner(await openVisionEncoderDecoderModel(folder, { threads: this.#threads }), batch);
    this.#captioners.set(key, captioner);
    const inside = captioner.sessionMilliseconds();
    const began = performance.now();
    const texts = await captioner.caption(
      images.map((image) => ({ image: new Uint8Array(readFileSync(image)), seed: 1n })),
      { method: 'greedy', maxLength },
    );
    for (const text of texts) if (text instanceof Error) throw text;
    const milliseconds = performance.now() - began;
    return { seconds: milliseconds / 1000, outside: 1 - (captioner.sessionMilliseconds() - inside) / milliseconds };
  }
}
