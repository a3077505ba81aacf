/** Element types that the models we open take and give. */
export type OnnxDataType = 'float32' | 'float16' | 'float64' | 'int64' | 'int32' | 'uint8' | 'int8' | 'bool';

/** An input or output as the loaded model declares it. A dimension that is a word ('batch_size') is free; `[]` is a scalar. */
export interface OnnxValue {
  readonly name: string;
  readonly dtype: OnnxDataType;
  readonly shape: readonly (number | string)[];
}

export type OnnxData = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array | Int8Array;

/** Row-major numbers with their shape. float16 never shows: it is widened to float32 on the way out and rounded on the way in. */
export interface OnnxTensor {
  readonly data: OnnxData;
  readonly shape: readonly number[];
}

/** What may be fed: the data are cast to the type and rank that the model declares. A Uint16Array is float16 already (`castData`). */
export interface OnnxFeed {
  readonly data: OnnxData | Uint16Array | readonly number[];
  readonly shape: readonly number[];
}
