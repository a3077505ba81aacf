import type { Digest } from '../plan/digest.ts';

/** Hex to a bytea parameter. */
export const bytea = (digest: Digest | null | undefined): string | null => (digest == null ? null : `\\x${digest}`);

/** Hex to a bytea[] parameter. pg's own way of writing arrays takes five times as long, and commits are full of digests. */
export const byteas = (digests: readonly (Digest | null | undefined)[]): string =>
  `{${digests.map((digest) => (digest == null ? 'NULL' : `"\\\\x${digest}"`)).join(',')}}`;

/** Text as Postgres can hold it: no NUL, no lone surrogates. The true bytes lie in the store. */
export const storableText = (text: string): string => text.replace(/\0|\p{Surrogate}/gu, '\uFFFD');

/** A jsonb parameter; SQL NULL for undefined. */
export function jsonb(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  const json = JSON.stringify(value);
  if (!/\\u(0000|d[89a-f])/i.test(json)) return json;
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'string' ? storableText(inner) : inner));
}

/** SQL of a parameter of ids or keys that stands for one thing as well as for a hundred. The planner can't look at its length, so a prepared statement
 *  keeps one plan for all: with the parameter itself it would make a new one for each short list, which takes longer than the answer. */
export const anyLength = (n: number, type: 'bigint' | 'bytea'): string => `(SELECT $${n}::${type}[])`;
