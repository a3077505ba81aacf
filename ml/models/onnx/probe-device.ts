import { HoplineError } from '../../../engine/plan/errors.ts';
import { buildInferenceModel, defineInference, matmul } from '../../nn/index.ts';
import { deviceProviders } from './device-providers.ts';

const SIDE = 64;
/** Of sums of 64 products of numbers below 1: fp32 on any device, also with TF32's 10 bits. */
const TOLERANCE = 0.05;

/** Looks whether onnxruntime can compute on a device: the product of two matrices there, compared with plain arithmetic.
 *  @throws HoplineError DEVICE_UNAVAILABLE */
export async function probeDevice(device: string): Promise<void> {
  const a = Float32Array.from({ length: SIDE * SIDE }, (_, index) => Math.sin(index));
  const b = Float32Array.from({ length: SIDE * SIDE }, (_, index) => Math.cos(index * 0.7));
  const found = await productOn(device, a, b).catch((cause: unknown) => {
    throw unavailable(device, firstLine(cause), cause);
  });
  let difference = 0;
  for (const row of [0, 17, SIDE - 1]) {
    for (let column = 0; column < SIDE; column++) {
      let sum = 0;
      for (let k = 0; k < SIDE; k++) sum += a[row * SIDE + k]! * b[k * SIDE + column]!;
      difference = Math.max(difference, Math.abs(found[row * SIDE + column]! - sum));
    }
  }
  if (!(difference < TOLERANCE)) throw unavailable(device, `a product of matrices that is ${difference} off`);
}

async function productOn(device: string, a: Float32Array, b: Float32Array): Promise<Float32Array> {
  const ort = await import('onnxruntime-node');
  const session = await ort.InferenceSession.create(productModel(), {
    executionProviders: [...deviceProviders(device)],
    logSeverityLevel: 3,
  });
  try {
    const square = [SIDE, SIDE];
    const { 'outputs/product': product } = await session.run({
      'inputs/a': new ort.Tensor('float32', a, square),
      'inputs/b': new ort.Tensor('float32', b, square),
    });
    return product!.data as Float32Array;
  } finally {
    await session.release();
  }
}

const productModel = (): Uint8Array =>
  buildInferenceModel(
    defineInference({
      inputs: [
        { name: 'a', shape: [SIDE, SIDE], dtype: 'float32' },
        { name: 'b', shape: [SIDE, SIDE], dtype: 'float32' },
      ],
      forward: (_scope, { a, b }) => ({ product: matmul(a, b) }),
    }),
    {},
  );

const unavailable = (device: string, got: string, cause?: unknown): HoplineError =>
  new HoplineError('DEVICE_UNAVAILABLE', `device ${device} must be able to compute, got ${got}`, {
    hint: 'docs/gpu.md says what it needs; HOPLINE_DEVICES=cpu does without',
    cause,
  });

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0]!.slice(0, 300);
