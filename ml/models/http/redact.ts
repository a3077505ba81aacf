/** Shorter parts of a key than this say nothing about it. Characters. */
const LEAST = 8;

/** Takes a secret out of texts: the whole of it, and every part of at least 8 characters (a text may have been cut in the middle of it), also
 *  as base64 and in the form of a URL. */
export function redactor(secret: string): (text: string) => string {
  const encoded = Buffer.from(secret).toString('base64').replace(/=+$/, '');
  const forms = [...new Set([secret, encodeURIComponent(secret), encoded])];
  return (text) => forms.reduce(withoutParts, text);
}

function withoutParts(text: string, secret: string): string {
  const least = Math.min(LEAST, secret.length);
  let clean = '';
  for (let at = 0; at < text.length; ) {
    const length = longestPart(text, at, secret, least);
    clean += length === 0 ? text[at] : '***';
    at += Math.max(1, length);
  }
  return clean;
}

/** How much of the text from `at` on is a part of the secret; 0 where that is less than `least`. */
function longestPart(text: string, at: number, secret: string, least: number): number {
  if (!secret.includes(text.slice(at, at + least)) || at + least > text.length) return 0;
  let length = least;
  while (at + length < text.length && secret.includes(text.slice(at, at + length + 1))) length++;
  return length;
}
