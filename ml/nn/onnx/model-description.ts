import type { DataType } from '../tensor.ts';

/** An attribute: a whole number is INT, an array of them INTS, text STRING; floats and graphs are wrapped. */
export type Attribute = number | string | readonly number[] | { readonly float: number } | { readonly graph: GraphDescription };

export interface NodeDescription {
  readonly op: string;
  /** '' for an optional input that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  /** '' or absent for standard ONNX; 'com.microsoft' for onnxruntime's own kernels. */
  readonly domain?: string;
}

export interface ValueDescription {
  readonly name: string;
  readonly dtype: DataType;
  readonly shape: readonly (number | string)[];
}

export interface InitializerDescription {
  readonly name: string;
  readonly dtype: DataType;
  readonly shape: readonly number[];
  /** Little-endian, row-major. */
  readonly bytes: Uint8Array;
}

export interface GraphDescription {
  readonly name: string;
  readonly nodes: readonly NodeDescription[];
  readonly inputs: readonly ValueDescription[];
  readonly outputs: readonly ValueDescription[];
  readonly initializers: readonly InitializerDescription[];
}
