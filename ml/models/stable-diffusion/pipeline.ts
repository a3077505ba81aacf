import type { Decoder } from './decoder.ts';
import type { Denoiser } from './denoiser.ts';
import type { PromptEncoder } from './prompt-encoder.ts';

/** The open parts of a text-to-image pipeline. */
export interface Pipeline {
  readonly encoder: PromptEncoder;
  readonly unet: Denoiser;
  readonly decode: Decoder;
}
