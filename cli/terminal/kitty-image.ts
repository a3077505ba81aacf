import type { Cells } from './fit-cells.ts';

/** Base64 characters of one escape sequence: the protocol allows no more. A multiple of 4, as all but the last chunk must be. */
const CHUNK = 4096;

/** A PNG in kitty's graphics protocol, stretched to so many cells. The cursor stays (C=1), and the terminal answers nothing (q=2), since an
 *  answer would be read as what the user types. https://sw.kovidgoyal.net/kitty/graphics-protocol/ */
export function kittyImage(png: Uint8Array, { columns, rows }: Cells): string {
  const text = Buffer.from(png).toString('base64');
  const chunks = Array.from({ length: Math.max(1, Math.ceil(text.length / CHUNK)) }, (_, at) =>
    text.slice(at * CHUNK, (at + 1) * CHUNK),
  );
  return chunks
    .map((chunk, at) => {
      const first = at === 0 ? `a=T,f=100,t=d,c=${columns},r=${rows},C=1,q=2,` : '';
      return `\u001b_G${first}m=${at === chunks.length - 1 ? 0 : 1};${chunk}\u001b\\`;
    })
    .join('');
}
