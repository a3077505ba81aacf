import type { Cells } from './fit-cells.ts';

/** A picture (PNG, JPEG, WebP) in iTerm2's inline image protocol, stretched to so many cells. The cursor ends behind its last row.
 *  https://iterm2.com/documentation-images.html */
export function itermImage(bytes: Uint8Array, { columns, rows }: Cells): string {
  const settings = `size=${bytes.length};width=${columns};height=${rows};preserveAspectRatio=1;inline=1`;
  return `\u001b]1337;File=${settings}:${Buffer.from(bytes).toString('base64')}\u0007`;
}
