import type { PixelValues } from '../../../images/index.ts';
import type { OnnxTensor } from '../../onnx/index.ts';
import type { ModelTokenizer } from '../../tokenizer/index.ts';
import type { TextDecoder } from '../decoder/text-decoder.ts';
import type { GenerationDefaults } from '../resolve-settings.ts';

/** The parts of a captioner, opened from one folder. */
export interface CaptionModel {
  readonly tokenizer: ModelTokenizer;
  /** What the model sees of a picture's file. @throws ImageError `IMAGE_*` */
  pixelValues(image: Uint8Array): Promise<PixelValues>;
  readonly encoder: PictureEncoder;
  readonly decoder: TextDecoder;
  /** The ids that begin every text. */
  readonly startIds: readonly number[];
  /** Ids that end a text. */
  readonly endIds: readonly number[];
  /** Positions that the decoder has. */
  readonly longest: number;
  readonly defaults: GenerationDefaults;
  close(): Promise<void>;
}

export interface PictureEncoder {
  /** Hidden states [pictures, positions, width]. */
  encode(pictures: readonly PixelValues[]): Promise<OnnxTensor>;
  /** Inside onnxruntime since it was opened. */
  sessionMilliseconds(): number;
  close(): Promise<void>;
}

export interface CaptionModelOptions {
  /** Threads inside one op. Default 1. */
  readonly threads?: number;
  /** `cpu` (default), `cuda:0`, `webgpu`. */
  readonly device?: string;
}
