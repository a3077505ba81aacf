import { argmax, defineInference, matmul, mul, openInference, sub, sum } from '../../nn/index.ts';
import { CODES, PATCH_SIZE } from './patches.ts';

/** Patches a run: fixed, so that a patch's code doesn't depend on its neighbours. */
const BATCH = 36 * 64;

const definition = defineInference({
  inputs: [
    { name: 'patches', shape: [BATCH, PATCH_SIZE], dtype: 'float32' },
    { name: 'codes', shape: [CODES, PATCH_SIZE], dtype: 'float32' },
  ],
  /** argmin |p - c|^2 = argmax p.c - |c|^2 / 2. */
  forward: (_, { patches, codes }) => ({
    nearest: argmax(sub(matmul(patches, codes, { transposeB: true }), mul(sum(mul(codes, codes), -1), 0.5))),
  }),
});

export interface NearestCode {
  /** patches [n, 48] -> the index of the nearest of codes [512, 48] for each. */
  find(patches: Float32Array, codes: Float32Array): Promise<Int32Array>;
  close(): Promise<void>;
}

/** Vector quantisation as one matrix product in onnxruntime. */
export async function openNearestCode({ threads = 1 }: { threads?: number } = {}): Promise<NearestCode> {
  const model = await openInference(definition, {}, { threads });
  return {
    async find(patches, codes) {
      const count = patches.length / PATCH_SIZE;
      const found = new Int32Array(count);
      for (let start = 0; start < count; start += BATCH) {
        const size = Math.min(BATCH, count - start);
        const block = new Float32Array(BATCH * PATCH_SIZE);
        block.set(patches.subarray(start * PATCH_SIZE, (start + size) * PATCH_SIZE));
        const { nearest } = await model.run({
          patches: { data: block, shape: [BATCH, PATCH_SIZE] },
          codes: { data: codes, shape: [CODES, PATCH_SIZE] },
        });
        found.set((nearest.data as Int32Array).subarray(0, size), start);
      }
      return found;
    },
    close: () => model.close(),
  };
}
