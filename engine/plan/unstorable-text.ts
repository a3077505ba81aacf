import type { Json } from './json.ts';
import type { Violation } from './params-invalid.ts';

/** Whether Postgres keeps a text as it is: it has no NUL and no half of a surrogate pair. */
export const isStorable = (text: string): boolean => !/\0|\p{Surrogate}/u.test(text);

export const UNSTORABLE = 'must have no NUL character and no lone surrogate';

/** The texts within a JSON value that can't be stored as they are. Left alone they would be changed in silence, and with them keys and digests. */
export function unstorableTexts(value: Json | undefined, path: string): Violation[] {
  if (typeof value === 'string') return isStorable(value) ? [] : [{ path, message: UNSTORABLE }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    ...(isStorable(name) ? [] : [{ path: `${path}.${JSON.stringify(name)}`, message: UNSTORABLE }]),
    ...unstorableTexts(inner, `${path}.${name}`),
  ]);
}
