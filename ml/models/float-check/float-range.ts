/** Bytes of a floating-point number by its type. */
export const FLOAT_BYTES = { float16: 2, bfloat16: 2, float32: 4, float64: 8 } as const;

export type FloatType = keyof typeof FLOAT_BYTES;

/** Where the numbers of a tensor lie, one after the other, little endian. */
export interface FloatRange {
  readonly tensor: string;
  readonly type: FloatType;
  /** Absolute path. */
  readonly file: string;
  readonly start: number;
  readonly end: number;
}
