import type { Json } from '../../engine/plan/json.ts';
import type { SampleRow } from '../../engine/store/sample-row.ts';
import { readSafetensors, type SafetensorsFile } from '../../ml/nn/safetensors/read-safetensors.ts';

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

/** Of two safetensors files: tensors of the same names, types and shapes, whose floats may differ, and the same metadata. Infinity for other
 *  bytes. */
export function tensorsDifference(a: Uint8Array, b: Uint8Array): number {
  const [one, other] = [opened(a), opened(b)];
  if (!one || !other || jsonDifference(one.metadata, other.metadata) > 0) return Infinity;
  const names = Object.keys(one.tensors);
  if (names.length !== Object.keys(other.tensors).length) return Infinity;
  return largest(
    names.map((name) => {
      const [tensor, twin] = [one.tensors[name]!, other.tensors[name]];
      if (twin?.shape.join() !== tensor.shape.join() || twin.data.constructor !== tensor.data.constructor) return Infinity;
      if (tensor.data instanceof Float32Array) return arrayDifference(tensor.data, twin.data as Float32Array);
      return tensor.data.every((value, index) => value === twin.data[index]) ? 0 : Infinity;
    }),
  );
}

function opened(file: Uint8Array): SafetensorsFile | null {
  try {
    return readSafetensors(file);
  } catch {
    return null;
  }
}

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
