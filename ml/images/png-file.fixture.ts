import { crc32, deflateSync } from 'node:zlib';

export interface PngFile {
  readonly width: number;
  readonly height: number;
  readonly bits: 8 | 16;
  /** PNG's colour type: 0 grey, 2 RGB, 4 grey with alpha, 6 RGBA. */
  readonly type: 0 | 2 | 4 | 6;
  /** The bytes of every row. */
  readonly row: readonly number[];
  /** The compressed pixels, where they shall not fit the header. */
  readonly data?: Uint8Array;
}

/** Writes a PNG file by hand, of kinds that the encoder doesn't write. */
export function pngFile({ width, height, bits, type, row, data }: PngFile): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([bits, type], 8);
  const rows = data ?? deflateSync(Buffer.concat(Array(height).fill(Buffer.from([0, ...row]))));
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return new Uint8Array(Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))]));
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  framed.set(body, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
