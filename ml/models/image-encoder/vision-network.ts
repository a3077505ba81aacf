import type { FloatTensor } from '../../nn/index.ts';
import type { OnnxTensor } from '../onnx/index.ts';

/** A vision model that runs: from safetensors or from ONNX. */
export interface VisionNetwork {
  /** [3, height, width] of a picture; words or negative numbers where the file leaves them open. */
  readonly input: readonly (number | string)[];
  /** pixels [B, 3, H, W] -> a vector for each picture [B, size]; hidden states [B, T, width] where it gives them.
   *  @throws HoplineError MODEL_NOT_FINITE, MODEL_RUN_FAILED */
  run(pixels: FloatTensor): Promise<{ pooled: OnnxTensor; states?: OnnxTensor }>;
  close(): Promise<void>;
}

export interface VisionNetworkOptions {
  /** Threads inside one op. Default 1. */
  readonly threads?: number;
  /** `cpu` (default), `cuda:0`, `webgpu`. */
  readonly device?: string;
}
