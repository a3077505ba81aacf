import { open } from 'node:fs/promises';

export interface SafetensorsHeader {
  /** `__metadata__`, {} where there is none. */
  metadata: Record<string, string>;
  /** Bytes that the file must have: 8, the header, and its tensors. */
  expectedSize: number;
  /** Bytes that it has. */
  size: number;
}

/** The format's own limit, in bytes. */
const MAX_HEADER = 100_000_000;

/** Reads the header of a safetensors file (8 bytes of length, then JSON) and not its tensors.
 *  @throws Error where it isn't one */
export async function readSafetensorsHeader(path: string): Promise<SafetensorsHeader> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(8), 0, 8, 0);
    const length = bytesRead === 8 ? Number(buffer.readBigUInt64LE()) : 0;
    if (length < 2 || length > Math.min(MAX_HEADER, size - 8))
      throw new Error(`a header of ${length} bytes in a file of ${size}`);
    const bytes = Buffer.alloc(length);
    await file.read(bytes, 0, length, 8);
    const { __metadata__: metadata = {}, ...tensors } = JSON.parse(bytes.toString('utf8')) as Record<string, unknown>;
    const ends = Object.values(tensors).map((tensor) => (tensor as { data_offsets?: number[] }).data_offsets?.[1]);
    if (!ends.every((end) => Number.isSafeInteger(end))) throw new Error('a tensor without data_offsets');
    const last = (ends as number[]).reduce((most, end) => Math.max(most, end), 0);
    return { metadata: metadata as Record<string, string>, expectedSize: 8 + length + last, size };
  } finally {
    await file.close();
  }
}
