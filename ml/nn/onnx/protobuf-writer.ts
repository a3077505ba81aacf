const utf8 = new TextEncoder();

/** Writes the protobuf wire format (protobuf.dev/programming-guides/encoding): varints, fixed 32-bit, length-delimited. */
export class ProtobufWriter {
  #buffer = new Uint8Array(256);
  #length = 0;

  /** int32, int64, bool or enum field. Negative numbers take ten bytes, as the format wants. */
  integer(field: number, value: number | bigint): void {
    this.#varint(field * 8);
    this.#varint(value);
  }

  float(field: number, value: number): void {
    this.#varint(field * 8 + 5);
    this.#reserve(4);
    new DataView(this.#buffer.buffer).setFloat32(this.#length, value, true);
    this.#length += 4;
  }

  bytes(field: number, value: Uint8Array): void {
    this.#varint(field * 8 + 2);
    this.#varint(value.length);
    this.#reserve(value.length);
    this.#buffer.set(value, this.#length);
    this.#length += value.length;
  }

  text(field: number, value: string): void {
    this.bytes(field, utf8.encode(value));
  }

  message(field: number, write: (inner: ProtobufWriter) => void): void {
    const inner = new ProtobufWriter();
    write(inner);
    this.bytes(field, inner.finish());
  }

  finish(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  #varint(value: number | bigint): void {
    this.#reserve(10);
    if (typeof value === 'bigint' || value < 0 || value > 0x7fffffff) {
      let rest = BigInt.asUintN(64, BigInt(value));
      for (; rest > 127n; rest >>= 7n) this.#buffer[this.#length++] = Number(rest & 127n) | 128;
      this.#buffer[this.#length++] = Number(rest);
      return;
    }
    let rest = value;
    for (; rest > 127; rest >>>= 7) this.#buffer[this.#length++] = (rest & 127) | 128;
    this.#buffer[this.#length++] = rest;
  }

  #reserve(extra: number): void {
    if (this.#length + extra <= this.#buffer.length) return;
    const larger = new Uint8Array(Math.max(this.#buffer.length * 2, this.#length + extra));
    larger.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = larger;
  }
}
