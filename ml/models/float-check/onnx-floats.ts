import path from 'node:path';
import { readEntry } from '../onnx/inspect-onnx.ts';
import { type ProtobufField, ProtobufFile } from '../onnx/protobuf-file.ts';
import { tensorsIn } from '../onnx/tensors-in.ts';
import { FLOAT_BYTES, type FloatRange, type FloatType } from './float-range.ts';

/** TensorProto.DataType. */
const TYPES: Readonly<Record<number, FloatType>> = { 1: 'float32', 10: 'float16', 11: 'float64', 16: 'bfloat16' };

/** ModelProto.graph and ModelProto.functions. */
const PLACES: Readonly<Record<number, 'graph' | 'function'>> = { 7: 'graph', 25: 'function' };

/** The float tensors of an ONNX file, in it or in files beside it: all initializers, and the constants of nodes that have more than one
 *  number, since a lone one may be there to be compared with. Halves that lie in `int32_data`, as no exporter of models writes
 *  them, are left out. None where it is no such file: what opens it says so. */
export function onnxFloats(model: string): FloatRange[] {
  const file = new ProtobufFile(model);
  const found: FloatRange[] = [];
  try {
    for (const field of file.fields()) {
      const place = field.isBytes ? PLACES[field.number] : undefined;
      if (!place) continue;
      for (const { tensor, isInitializer } of tensorsIn(file, field, place)) {
        const range = rangeOf(file, tensor, model);
        if (range && (isInitializer || range.end - range.start > FLOAT_BYTES[range.type])) found.push(range);
      }
    }
    return found;
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  } finally {
    file.close();
  }
}

/** TensorProto: data_type 2, float_data 4, name 8, raw_data 9, double_data 10, external_data 13. */
function rangeOf(file: ProtobufFile, tensor: ProtobufField, model: string): FloatRange | undefined {
  let type: FloatType | undefined;
  let name = '';
  let data: ProtobufField | undefined;
  const external = new Map<string, string>();
  for (const field of file.fields(tensor.start, tensor.end)) {
    if (field.number === 2) type = TYPES[Number(field.value)];
    else if (!field.isBytes) continue;
    else if (field.number === 8) name = file.text(field);
    else if (field.number === 4 || field.number === 9 || field.number === 10) data = field;
    else if (field.number === 13) external.set(...readEntry(file, field));
  }
  if (!type) return undefined;
  const named = { tensor: name || 'a constant', type };
  if (data) return { ...named, file: model, start: data.start, end: data.end };
  const location = external.get('location');
  if (!location || path.isAbsolute(location) || location.split(/[\\/]/).includes('..')) return undefined;
  const start = Number(external.get('offset') ?? 0);
  const length = external.get('length');
  const end = length === undefined ? Number.MAX_SAFE_INTEGER : start + Number(length);
  return { ...named, file: path.join(path.dirname(model), location), start, end };
}
