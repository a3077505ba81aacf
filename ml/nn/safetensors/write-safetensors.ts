import { SafetensorsError } from '../errors.ts';
import { elementCount, type Tensor, type TensorMap } from '../tensor.ts';
import { toHalf } from './half.ts';

export interface WriteOptions {
  /** Text by key, under `__metadata__`. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Store float32 tensors as F16, rounded to nearest even. Default false. */
  readonly half?: boolean;
}

/** A safetensors file (github.com/huggingface/safetensors, format section): 8-byte header size, JSON header, data.
 *  The same tensors give the same bytes: wider types first, then by name. */
export function writeSafetensors(tensors: TensorMap, { metadata, half = false }: WriteOptions = {}): Uint8Array {
  const parts = Object.entries(tensors)
    .map(([name, tensor]) => ({ name, shape: tensor.shape, ...encoded(name, tensor, half) }))
    .sort((a, b) => b.width - a.width || (a.name < b.name ? -1 : 1));
  const header: Record<string, unknown> = {};
  if (metadata) header.__metadata__ = Object.fromEntries(Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1)));
  let offset = 0;
  for (const { name, dtype, shape, bytes } of parts) {
    header[name] = { dtype, shape, data_offsets: [offset, offset + bytes.length] };
    offset += bytes.length;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const headerSize = Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(8 + headerSize + offset);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerSize), true);
  file.fill(0x20, 8, 8 + headerSize);
  file.set(json, 8);
  let at = 8 + headerSize;
  for (const { bytes } of parts) {
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
}

function encoded(name: string, { data, shape }: Tensor, half: boolean): { dtype: string; width: number; bytes: Uint8Array } {
  if (name === '__metadata__' || name === '__proto__')
    throw new SafetensorsError(`tensor name must not be reserved, got '${name}'`);
  if (data.length !== elementCount(shape)) {
    throw new SafetensorsError(
      `${name}.data must have ${elementCount(shape)} elements for shape [${shape.join(', ')}], got ${data.length}`,
    );
  }
  const bytesOf = (array: ArrayBufferView): Uint8Array => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  if (data instanceof Float32Array && half) return { dtype: 'F16', width: 2, bytes: bytesOf(Uint16Array.from(data, toHalf)) };
  if (data instanceof Float32Array) return { dtype: 'F32', width: 4, bytes: bytesOf(data) };
  if (data instanceof Int32Array) return { dtype: 'I32', width: 4, bytes: bytesOf(data) };
  if (data instanceof BigInt64Array) return { dtype: 'I64', width: 8, bytes: bytesOf(data) };
  return { dtype: 'U8', width: 1, bytes: data };
}
