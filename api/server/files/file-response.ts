import { Readable } from 'node:stream';
import type { FetchAPI } from 'graphql-yoga';
import { byteRange } from './byte-range.ts';

/** Something immutable under its name, of which parts can be had. */
export interface ServedFile {
  /** Identifies the bytes: the same digest, the same bytes. */
  digest: string;
  /** Bytes. */
  size: number;
  mediaType: string;
  /** The bytes from `start` up to but without `end`: at once, or one piece after the other. */
  read(start: number, end: number): Promise<Uint8Array | AsyncIterable<Uint8Array>>;
}

/** Whether the client has it already, by `If-None-Match`: then it need not even be looked for. */
export function clientHas(request: Request, digest: string): boolean {
  const given = request.headers.get('if-none-match');
  return (
    given !== null && (given.trim() === '*' || given.split(',').some((tag) => tag.trim().replace(/^W\//, '') === tagOf(digest)))
  );
}

export const notModified = ({ Response }: FetchAPI, digest: string): Response =>
  new Response(null, { status: 304, headers: { etag: tagOf(digest), 'cache-control': FOR_EVER } });

/** Answers GET and HEAD with the whole, or with the one range that was asked for. `If-Range` with another tag gets the whole.
 *  @param onBreak ends the connection when a piece can't be had: the length was promised already */
export async function fileResponse(
  { Response }: FetchAPI,
  request: Request,
  file: ServedFile,
  onBreak: (error: unknown) => void,
): Promise<Response> {
  const { digest, size, mediaType } = file;
  const headers: Record<string, string> = {
    'content-type': mediaType,
    'accept-ranges': 'bytes',
    etag: tagOf(digest),
    'cache-control': FOR_EVER,
    // Never sniffed, never run: what the store holds was made by models and readers.
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
  };
  const condition = request.headers.get('if-range');
  const range = condition === null || condition === tagOf(digest) ? byteRange(request.headers.get('range'), size) : null;
  if (range === 'unsatisfiable') {
    return new Response(null, { status: 416, headers: { 'content-range': `bytes */${size}`, 'accept-ranges': 'bytes' } });
  }
  const { start, end } = range ?? { start: 0, end: size };
  headers['content-length'] = String(end - start);
  if (range) headers['content-range'] = `bytes ${start}-${end - 1}/${size}`;
  const body = request.method === 'HEAD' ? null : await file.read(start, end);
  return new Response(toBody(body, onBreak), { status: range ? 206 : 200, headers });
}

function toBody(body: Uint8Array | AsyncIterable<Uint8Array> | null, onBreak: (error: unknown) => void): BodyInit | null {
  if (body === null || body instanceof Uint8Array) return body as Uint8Array<ArrayBuffer> | null;
  return Readable.from(body, { objectMode: false }).on('error', onBreak) as unknown as BodyInit;
}

const tagOf = (digest: string): string => `"${digest}"`;
const FOR_EVER = 'private, max-age=31536000, immutable';
