import { createHash, hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Json } from './json.ts';

/** A SHA-256 in 64 lower-case hex characters. */
export type Digest = string;

export function sha256(data: Uint8Array | string): Digest {
  return hash('sha256', data);
}

/** JSON in its one canonical form (RFC 8785): sorted keys, no blanks, ECMAScript numbers. */
export function canonicalJson(value: Json): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('canonicalJson: the value is not JSON');
  return text;
}

export function digestJson(value: Json): Digest {
  return sha256(canonicalJson(value));
}

/** `digestJson` of the list of these values, without a text of all of it. */
export function digestJsonList(values: Iterable<Json>): Digest {
  const all = createHash('sha256');
  let before = '[';
  for (const value of values) {
    all.update(before + canonicalJson(value));
    before = ',';
  }
  return all.update(before === '[' ? '[]' : ']').digest('hex');
}

/** The digest of a set of digests: order and duplicates don't matter. The Merkle node of plans and runs. */
export function digestSet(digests: Iterable<Digest>): Digest {
  const all = createHash('sha256');
  for (const digest of [...new Set(digests)].sort()) all.update(digest, 'hex');
  return all.digest('hex');
}
