import type { TokenBatch } from './token-batch.ts';

/** A BERT that runs: from safetensors or from ONNX. */
export interface BertNetwork {
  /** Sizes that the file fixes: it takes no others. */
  readonly fixed: { readonly size?: number; readonly length?: number };
  /** Whether it gives `pooler`. */
  readonly hasPooler: boolean;
  /** Hidden states [size, length, width], and the pooler's output [size, width] where there is one.
   *  @throws HoplineError MODEL_NOT_FINITE, MODEL_RUN_FAILED */
  run(batch: TokenBatch): Promise<{ states: Float32Array; pooler?: Float32Array }>;
  close(): Promise<void>;
}

export interface BertNetworkOptions {
  /** Threads inside one op. Default 1. */
  readonly threads?: number;
  /** `cpu` (default), `cuda:0`, `webgpu`. */
  readonly device?: string;
}
