import type { Seed } from '../../seed-random.ts';

/** A picture that wants a text. */
export interface CaptionItem {
  /** The bytes of a PNG, JPEG or WebP file. */
  readonly image: Uint8Array;
  /** Drawn from when sampling; no other method uses it. */
  readonly seed: Seed;
  /** What the text begins with. */
  readonly prompt?: string;
}
