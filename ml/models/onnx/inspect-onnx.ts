import { HoplineError } from '../../../engine/plan/errors.ts';
import { type ProtobufField, ProtobufFile } from './protobuf-file.ts';
import { tensorsIn } from './tensors-in.ts';

/** What an ONNX file says of itself before anything is loaded. */
export interface OnnxHeader {
  readonly irVersion: number;
  /** Version of each operator set; the domain of ONNX itself is ''. */
  readonly opsets: Readonly<Record<string, number>>;
  /** Files that hold tensors outside the model, as written in it: relative to the model's folder, if the model is honest. */
  readonly externalData: readonly string[];
}

/** Reads the header fields of onnx.proto's ModelProto and every `external_data` location in it, subgraphs and functions included.
 *  @throws HoplineError MODEL_FILE_INVALID when the file isn't a ModelProto */
export function inspectOnnx(path: string): OnnxHeader {
  const file = new ProtobufFile(path);
  try {
    return readModel(file);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new HoplineError('MODEL_FILE_INVALID', `${path} must be an ONNX model, got ${cause.message}`, {
      hint: 'the file is cut off, a pointer of git-lfs, or not ONNX',
      cause,
    });
  } finally {
    file.close();
  }
}

function readModel(file: ProtobufFile): OnnxHeader {
  let irVersion = 0;
  let hasGraph = false;
  const opsets: Record<string, number> = {};
  const external = new Set<string>();
  for (const field of file.fields()) {
    if (field.number === 1) irVersion = Number(field.value);
    else if (field.number === 8 && field.isBytes) readOpset(file, field, opsets);
    else if ((field.number === 7 || field.number === 25) && field.isBytes) {
      hasGraph ||= field.number === 7;
      for (const { tensor } of tensorsIn(file, field, field.number === 7 ? 'graph' : 'function')) collect(file, tensor, external);
    }
  }
  if (!hasGraph || irVersion === 0) throw new RangeError('a file without a graph');
  return { irVersion, opsets, externalData: [...external] };
}

function readOpset(file: ProtobufFile, opset: ProtobufField, opsets: Record<string, number>): void {
  let domain = '';
  let version = 0;
  for (const field of file.fields(opset.start, opset.end)) {
    if (field.number === 1) domain = file.text(field);
    if (field.number === 2) version = Number(field.value);
  }
  opsets[domain === 'ai.onnx' ? '' : domain] = version;
}

/** TensorProto.external_data, of which the key `location` names the file. */
function collect(file: ProtobufFile, tensor: ProtobufField, found: Set<string>): void {
  for (const field of file.fields(tensor.start, tensor.end)) {
    if (field.number !== 13 || !field.isBytes) continue;
    const [key, value] = readEntry(file, field);
    if (key === 'location') found.add(value);
  }
}

/** A StringStringEntryProto. */
export function readEntry(file: ProtobufFile, entry: ProtobufField): [key: string, value: string] {
  let key = '';
  let value = '';
  for (const field of file.fields(entry.start, entry.end)) {
    if (field.number === 1) key = file.text(field);
    if (field.number === 2) value = file.text(field);
  }
  return [key, value];
}
