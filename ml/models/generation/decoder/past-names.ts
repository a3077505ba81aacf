import type { OnnxModel, OnnxTensor, OnnxValue } from '../../onnx/index.ts';

/** The inputs of a model that take its cache: `past_key_values.0.key`, ... */
export const pastNames = (model: OnnxModel): string[] =>
  model.inputs.map(({ name }) => name).filter((name) => name.startsWith('past'));

/** The output that holds what an input of the cache takes at the next call: `present.0.key`, ... */
export const presentName = (past: string): string => past.replace(/^past(_key_values?)?/, 'present');

/** A cache of no positions: [rows, heads, 0, width]. */
export function emptyPast({ shape }: OnnxValue, rows: number, heads: number): OnnxTensor {
  const [, declaredHeads, , width] = shape;
  const dims = [rows, typeof declaredHeads === 'number' ? declaredHeads : heads, 0, typeof width === 'number' ? width : 1];
  return { data: new Float32Array(0), shape: dims };
}
