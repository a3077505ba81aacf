import type { Json } from '../../engine/plan/json.ts';
import type { SampleRow } from '../../engine/store/sample-row.ts';

/** Largest absolute difference of any two numbers at the same place; Infinity where anything else differs: a text, a length, a missing field.
 *  Two things that are no number alike are alike. */
export function jsonDifference(a: Json | undefined, b: Json | undefined): number {
  if (typeof a === 'number' && typeof b === 'number') return numberDifference(a, b);
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length ? largest(a.map((value, index) => jsonDifference(value, b[index]))) : Infinity;
  if (isObject(a) && isObject(b)) {
    const names = Object.keys(a);
    if (names.length !== Object.keys(b).length) return Infinity;
    return largest(names.map((name) => (name in b ? jsonDifference(a[name], b[name]) : Infinity)));
  }
  return a === b ? 0 : Infinity;
}

/** Of the payloads of two samples. Features [n]; pictures by their decoded channels, 0 to 1; texts have no numbers. */
export async function payloadDifference(
  a: Pick<SampleRow, 'text' | 'image' | 'features' | 'meta'>,
  b: Pick<SampleRow, 'text' | 'image' | 'features' | 'meta'>,
): Promise<number> {
  const meta = jsonDifference(JSON.parse(a.meta || '{}') as Json, JSON.parse(b.meta || '{}') as Json);
  if (a.features && b.features) return Math.max(meta, arrayDifference(a.features, b.features));
  if (a.image && b.image) return Math.max(meta, await pictureDifference(a.image, b.image));
  return a.text === b.text ? meta : Infinity;
}

/** Of two safetensors files: their tensors have the same names, types and shapes, and those of floats may differ. Infinity for other bytes. */
export function tensorsDifference(a: Uint8Array, b: Uint8Array): number {
  const [one, other] = [tensorsOf(a), tensorsOf(b)];
  if (!one || !other || one.size !== other.size) return Infinity;
  return largest(
    [...one].map(([name, tensor]) => {
      const twin = other.get(name);
      if (!twin || twin.dtype !== tensor.dtype || twin.shape !== tensor.shape) return Infinity;
      if (tensor.dtype === 'F32') return arrayDifference(floats(tensor.bytes, 4), floats(twin.bytes, 4));
      if (tensor.dtype === 'F64') return arrayDifference(floats(tensor.bytes, 8), floats(twin.bytes, 8));
      return Buffer.compare(tensor.bytes, twin.bytes) === 0 ? 0 : Infinity;
    }),
  );
}

interface Tensor {
  dtype: string;
  shape: string;
  bytes: Buffer;
}

/** The tensors of a safetensors file (huggingface/safetensors: header length, JSON header, bytes); null for other bytes. `__metadata__` must be
 *  alike too, so it counts as a tensor of bytes. */
function tensorsOf(file: Uint8Array): Map<string, Tensor> | null {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  try {
    const start = 8 + Number(bytes.readBigUInt64LE(0));
    const header = JSON.parse(bytes.toString('utf8', 8, start)) as Record<string, HeaderEntry>;
    const { __metadata__: metadata = {}, ...tensors } = header;
    const found = new Map<string, Tensor>([
      ['__metadata__', { dtype: 'JSON', shape: '', bytes: Buffer.from(JSON.stringify(metadata)) }],
    ]);
    for (const [name, { dtype, shape, data_offsets: offsets }] of Object.entries(tensors))
      found.set(name, {
        dtype: dtype!,
        shape: shape!.join(),
        bytes: bytes.subarray(start + offsets![0], start + offsets![1]),
      });
    return found;
  } catch {
    return null;
  }
}

interface HeaderEntry {
  dtype?: string;
  shape?: number[];
  data_offsets?: [number, number];
}

/** Little-endian, wherever they lie. */
const floats = (bytes: Buffer, width: 4 | 8): number[] =>
  Array.from({ length: bytes.length / width }, (_, index) =>
    width === 4 ? bytes.readFloatLE(index * width) : bytes.readDoubleLE(index * width),
  );

async function pictureDifference(a: Uint8Array, b: Uint8Array): Promise<number> {
  const { default: sharp } = await import('sharp');
  const [one, other] = await Promise.all(
    [a, b].map((bytes) => sharp(bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true })),
  );
  const sameSize = one!.info.width === other!.info.width && one!.info.height === other!.info.height;
  return sameSize ? arrayDifference(one!.data, other!.data) / 255 : Infinity;
}

function arrayDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let most = 0;
  for (let index = 0; index < a.length; index++) most = Math.max(most, numberDifference(a[index]!, b[index]!));
  return most;
}

/** NaN is like NaN and unlike any number. */
function numberDifference(a: number, b: number): number {
  if (Object.is(a, b) || a === b) return 0;
  const difference = Math.abs(a - b);
  return Number.isNaN(difference) ? Infinity : difference;
}

const largest = (numbers: readonly number[]): number => numbers.reduce((most, number) => Math.max(most, number), 0);
const isObject = (value: Json | undefined): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
