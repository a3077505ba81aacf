import type { OnnxTensor } from '../../onnx/index.ts';

/** A text decoder that attends to pictures. */
export interface TextDecoder {
  /** Begins the texts of a batch of pictures. @param pictures the encoder's hidden states [pictures, positions, width] */
  start(pictures: OnnxTensor): Decoding;
  /** Inside onnxruntime since it was opened. */
  sessionMilliseconds(): number;
  close(): Promise<void>;
}

/** A batch of texts that grow by an id a step. */
export interface Decoding {
  /** The logits [vocabulary] that follow each sequence; all sequences have one length.
   *  @param from which row of the call before each sequence goes on; at the first call which picture it is about. */
  next(sequences: readonly (readonly number[])[], from: readonly number[]): Promise<Float32Array[]>;
}
