export interface ByteRange {
  start: number;
  /** Behind the last byte. */
  end: number;
}

/** What a `Range` header asks of an object of `size` bytes (RFC 9110, 14.2): a single range of bytes; null to send the whole, which any other
 *  header is answered with, several ranges included; `unsatisfiable` for a range that begins behind the end. */
export function byteRange(header: string | null, size: number): ByteRange | 'unsatisfiable' | null {
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return null;
  if (first === '') return last === '0' || size === 0 ? 'unsatisfiable' : { start: Math.max(0, size - Number(last)), end: size };
  const start = Number(first);
  const end = last === '' ? size : Math.min(size, Number(last) + 1);
  if (last !== '' && Number(last) < start) return null;
  return start < size ? { start, end } : 'unsatisfiable';
}
