import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Bytes fetched at a time. Tensors are skipped, so that a model of gigabytes costs a few pages. */
const PAGE = 1 << 16;

/** A field of a protobuf message: its number, and its value (varint) or where its bytes lie. */
export interface ProtobufField {
  readonly number: number;
  /** Of a varint or a fixed number; 0n for bytes. */
  readonly value: bigint;
  readonly start: number;
  readonly end: number;
  readonly isBytes: boolean;
}

/** Reads the fields of a protobuf file without holding it in memory. Protocol Buffers, "Encoding". */
export class ProtobufFile {
  readonly size: number;
  readonly #file: number;
  #page = Buffer.alloc(0);
  #pageStart = 0;

  constructor(path: string) {
    this.#file = openSync(path, 'r');
    this.size = fstatSync(this.#file).size;
  }

  close(): void {
    closeSync(this.#file);
  }

  /** The fields between two offsets. @throws RangeError when the bytes are no message */
  *fields(start = 0, end = this.size): Generator<ProtobufField> {
    let at = start;
    const varint = (): bigint => {
      let value = 0n;
      for (let shift = 0n; shift < 70n; shift += 7n) {
        const byte = this.#byte(at++, end);
        value |= BigInt(byte & 0x7f) << shift;
        if (byte < 0x80) return value;
      }
      throw new RangeError(`protobuf varint at ${at} is longer than 10 bytes`);
    };
    while (at < end) {
      const tag = varint();
      const number = Number(tag >> 3n);
      if (number === 0) throw new RangeError(`protobuf field at ${at} has the number 0`);
      const wire = Number(tag & 7n);
      if (wire === 0) {
        yield { number, value: varint(), start: at, end: at, isBytes: false };
      } else {
        const length = wire === 2 ? Number(varint()) : wire === 5 ? 4 : wire === 1 ? 8 : -1;
        if (length < 0 || at + length > end) throw new RangeError(`protobuf field ${number} at ${at} does not fit`);
        yield { number, value: 0n, start: at, end: at + length, isBytes: wire === 2 };
        at += length;
      }
    }
  }

  text({ start, end }: ProtobufField): string {
    if (end - start > PAGE) throw new RangeError(`protobuf text at ${start} is longer than ${PAGE} bytes`);
    const bytes = Buffer.alloc(end - start);
    readSync(this.#file, bytes, 0, bytes.length, start);
    return bytes.toString('utf8');
  }

  #byte(at: number, end: number): number {
    if (at >= end) throw new RangeError(`protobuf message ends at ${end} within a field`);
    if (at < this.#pageStart || at >= this.#pageStart + this.#page.length) {
      this.#page = Buffer.alloc(Math.min(PAGE, this.size - at));
      this.#pageStart = at;
      readSync(this.#file, this.#page, 0, this.#page.length, at);
    }
    return this.#page[at - this.#pageStart]!;
  }
}
