import { EndpointError } from './endpoint-error.ts';

/** A member of an answer by its path; undefined where there is none on the way. Members that a prototype brings are none. */
export function member(json: unknown, ...path: (string | number)[]): unknown {
  let value = json;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string | number, unknown>)[name];
  }
  return value;
}

/** By JSON pointer (RFC 6901). */
export const atPointer = (json: unknown, pointer: string): unknown =>
  member(
    json,
    ...pointer
      .split('/')
      .slice(1)
      .map((part) => part.replace(/~1/g, '/').replace(/~0/g, '~')),
  );

export const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Half a surrogate pair can't be stored. */
export const wellFormed = (words: string): string => Buffer.from(words, 'utf8').toString('utf8');

export const empty = (got: string): EndpointError =>
  new EndpointError('MODEL_ANSWER_EMPTY', `answer must hold what was asked for, got ${got}`);

/** Tried again: the next answer may be whole. */
export const invalid = (rule: string, got: string): EndpointError =>
  new EndpointError('MODEL_ANSWER_INVALID', `answer ${rule}, got ${got}`, { permanent: false });

/** What a value is, without repeating it. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'none';
  if (value === null) return 'null';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === 'object' ? `members ${Object.keys(value).slice(0, 8).join(', ') || 'none'}` : `a ${typeof value}`;
}
