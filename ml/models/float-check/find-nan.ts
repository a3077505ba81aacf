import type { FloatType } from './float-range.ts';

/** Index of the first NaN among numbers of a type, or -1. `bytes`: aligned to 8, a whole number of them. */
export function findNaN(type: FloatType, { buffer, byteOffset, byteLength }: Uint8Array): number {
  switch (type) {
    case 'float32':
      return firstNaN(new Float32Array(buffer, byteOffset, byteLength / 4));
    case 'float64':
      return firstNaN(new Float64Array(buffer, byteOffset, byteLength / 8));
    // The exponent full and a fraction: above infinity, without the sign.
    case 'float16':
      return firstAbove(new Uint16Array(buffer, byteOffset, byteLength / 2), 0x7c00);
    case 'bfloat16':
      return firstAbove(new Uint16Array(buffer, byteOffset, byteLength / 2), 0x7f80);
  }
}

function firstNaN(numbers: Float32Array | Float64Array): number {
  for (let i = 0; i < numbers.length; i++) if (Number.isNaN(numbers[i])) return i;
  return -1;
}

function firstAbove(bits: Uint16Array, infinity: number): number {
  for (let i = 0; i < bits.length; i++) if ((bits[i]! & 0x7fff) > infinity) return i;
  return -1;
}
