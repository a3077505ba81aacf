import { open } from 'node:fs/promises';
import type { FloatRange, FloatType } from './float-range.ts';

const TYPES: Readonly<Record<string, FloatType>> = { F16: 'float16', BF16: 'bfloat16', F32: 'float32', F64: 'float64' };

/** The format's own limit, in bytes. */
const MOST_HEADER = 100_000_000;

/** The float tensors of a safetensors file, by its header. None where it is no such file: what opens it says so. */
export async function safetensorsFloats(path: string): Promise<FloatRange[]> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(8), 0, 8, 0);
    const length = bytesRead === 8 ? Number(buffer.readBigUInt64LE()) : 0;
    if (length < 2 || length > Math.min(MOST_HEADER, size - 8)) return [];
    const header = Buffer.alloc(length);
    await file.read(header, 0, length, 8);
    return rangesOf(path, 8 + length, JSON.parse(header.toString('utf8')) as Record<string, unknown>);
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  } finally {
    await file.close();
  }
}

function rangesOf(path: string, data: number, header: Record<string, unknown>): FloatRange[] {
  return Object.entries(header).flatMap(([tensor, entry]) => {
    const { dtype, data_offsets: offsets } = (entry ?? {}) as { dtype?: string; data_offsets?: [number, number] };
    const type = TYPES[dtype ?? ''];
    if (tensor === '__metadata__' || !type || !offsets) return [];
    return [{ tensor, type, file: path, start: data + offsets[0], end: data + offsets[1] }];
  });
}
