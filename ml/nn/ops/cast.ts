import type { Value } from '../graph/value.ts';
import { onnxDataType } from '../onnx/encode-model.ts';
import type { DataType } from '../tensor.ts';

/** Converts the element type. Carries no gradient unless it changes nothing. */
export function cast(x: Value, dtype: DataType): Value {
  return x.dtype === dtype ? x : x.graph.emit('Cast', [x], x.shape, { to: onnxDataType[dtype] }, dtype);
}
