import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { FeedError } from '../errors.ts';
import type { DataType, Tensor, TensorData, TensorMap } from '../tensor.ts';

export interface SessionOptions {
  /** Threads inside one op. Default 1. Results don't depend on it. */
  readonly threads?: number;
  /** onnxruntime's execution providers, in the order of preference. Default `['cpu']`. */
  readonly providers?: readonly InferenceSession.ExecutionProviderConfig[];
}

/** A model held by onnxruntime. `run` blocks the calling thread until it is done. */
export interface Session {
  run(feeds: Record<string, TypedTensor>): Promise<TensorMap>;
  /** Frees the memory. Not while a run is going on. */
  close(): Promise<void>;
}

export interface TypedTensor extends Tensor {
  readonly dtype: DataType;
}

/** Opens an ONNX model, on the CPU by default: the one place that knows onnxruntime. */
export async function openSession(
  model: Uint8Array,
  { threads = 1, providers = ['cpu'] }: SessionOptions = {},
): Promise<Session> {
  if (!Number.isInteger(threads) || threads < 1)
    throw new FeedError(`session.threads must be a whole number >= 1, got ${threads}`);
  const ort = await import('onnxruntime-node');
  const session: InferenceSession = await ort.InferenceSession.create(model, {
    executionProviders: [...providers],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    logSeverityLevel: 3,
    // Idle threads would spin for work: where cores are shared, a training step took 2 to 5 times as long.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
  return {
    async run(feeds) {
      const inputs: Record<string, OrtTensor> = {};
      for (const [name, { dtype, data, shape }] of Object.entries(feeds)) {
        // One signature for all element types: the library's overloads can't be told apart by a union.
        inputs[name] = new ort.Tensor(dtype as 'float32', data as Float32Array, shape);
      }
      const outputs = await session.run(inputs);
      return Object.fromEntries(
        Object.entries(outputs).map(([name, { data, dims }]) => [name, { data: data as TensorData, shape: dims }]),
      );
    },
    close: () => session.release(),
  };
}
