import { SafetensorsError } from '../errors.ts';
import { elementCount, type TensorData, type TensorMap } from '../tensor.ts';
import { fromHalf } from './half.ts';

export interface SafetensorsFile {
  readonly tensors: TensorMap;
  /** `__metadata__`, {} where there is none. */
  readonly metadata: Record<string, string>;
}

interface Entry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: number[];
  readonly start: number;
  readonly end: number;
}

/** Bytes of an element, and how to take elements out of a copy of their bytes. */
const dtypes: Record<string, [width: number, decode: (bytes: ArrayBuffer) => TensorData]> = {
  F32: [4, (bytes) => new Float32Array(bytes)],
  F16: [2, (bytes) => Float32Array.from(new Uint16Array(bytes), fromHalf)],
  BF16: [2, (bytes) => new Float32Array(Uint32Array.from(new Uint16Array(bytes), (half) => (half << 16) >>> 0).buffer)],
  I32: [4, (bytes) => new Int32Array(bytes)],
  I64: [8, (bytes) => new BigInt64Array(bytes)],
  U8: [1, (bytes) => new Uint8Array(bytes)],
  BOOL: [1, (bytes) => new Uint8Array(bytes)],
};

/** The format's own limit. */
const maxHeader = 100_000_000;

/** Reads a safetensors file; F16 and BF16 are widened to float32. Nothing in the header is believed before it is checked.
 *  @throws SafetensorsError that names the tensor and the rule. */
export function readSafetensors(file: Uint8Array): SafetensorsFile {
  if (file.length < 8) throw new SafetensorsError(`file must have at least 8 bytes, got ${file.length}`);
  const declared = new DataView(file.buffer, file.byteOffset, 8).getBigUint64(0, true);
  if (declared > BigInt(Math.min(maxHeader, file.length - 8))) {
    throw new SafetensorsError(
      `header.size must fit into the file of ${file.length} bytes, got ${declared}`,
      'the file is cut off or not safetensors',
    );
  }
  const start = 8 + Number(declared);
  const { entries, metadata } = readHeader(file.subarray(8, start));
  const data = file.subarray(start);
  requireTiling(entries, data.length);
  const tensors: TensorMap = {};
  for (const { name, dtype, shape, start: from, end } of entries) {
    // A copy: aligned whatever the offset, and free of the file's memory. Not `slice`, since a Buffer's own `slice` is a view.
    tensors[name] = { data: dtypes[dtype]![1](new Uint8Array(data.subarray(from, end)).buffer), shape };
  }
  return { tensors, metadata };
}

function readHeader(bytes: Uint8Array): { entries: Entry[]; metadata: Record<string, string> } {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new SafetensorsError(`header must be JSON, got an error: ${(cause as Error).message}`);
  }
  if (!isRecord(header)) throw new SafetensorsError('header must be a JSON object');
  const { __metadata__: metadata = {}, ...rest } = header;
  if (!isRecord(metadata) || Object.values(metadata).some((value) => typeof value !== 'string')) {
    throw new SafetensorsError('header.__metadata__ must map texts to texts');
  }
  return {
    entries: Object.entries(rest).map(([name, value]) => readEntry(name, value)),
    metadata: metadata as Record<string, string>,
  };
}

function readEntry(name: string, value: unknown): Entry {
  const fail = (rule: string, got: unknown): never => {
    throw new SafetensorsError(`header.${name}${rule}, got ${JSON.stringify(got)}`);
  };
  if (name === '__proto__') fail(' must not be a reserved name', name);
  if (!isRecord(value)) return fail(' must be an object', value);
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== 'string' || !Object.hasOwn(dtypes, dtype))
    return fail(`.dtype must be one of ${Object.keys(dtypes).join(', ')}`, dtype);
  if (!Array.isArray(shape) || !shape.every(isSize)) return fail('.shape must be a list of whole numbers', shape);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isSize))
    return fail('.data_offsets must be two whole numbers', offsets);
  const [start, end] = offsets as [number, number];
  const size = elementCount(shape) * dtypes[dtype]![0];
  if (end - start !== size) return fail(`.data_offsets must span ${size} bytes for ${dtype} [${shape.join(', ')}]`, offsets);
  return { name, dtype, shape, start, end };
}

/** The tensors must cover the data exactly: no overlap, no hole, no end beyond the file. */
function requireTiling(entries: readonly Entry[], length: number): void {
  let reached = 0;
  for (const { name, start, end } of entries.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    if (start !== reached) {
      throw new SafetensorsError(
        `header.${name}.data_offsets must begin at ${reached} (${start < reached ? 'overlap' : 'hole'}), got ${start}`,
      );
    }
    if (end > length)
      throw new SafetensorsError(
        `header.${name}.data_offsets must end within ${length} bytes of data, got ${end}`,
        'the file is cut off',
      );
    reached = end;
  }
  if (reached !== length) throw new SafetensorsError(`file must end with its last tensor, got ${length - reached} bytes more`);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isSize = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
