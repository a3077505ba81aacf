import { canonicalJson, sha256 } from '../../engine/plan/digest.ts';
import { HoplineError } from '../../engine/plan/errors.ts';
import type { Json } from '../../engine/plan/json.ts';

/** What a cursor holds: where a page ended, by the columns that order its query. */
export type CursorPlace = readonly (string | number)[];

/** Codes the cursors of one query with one filter. They are opaque: base64url of a JSON list, the query's mark first. */
export interface CursorCode<P extends CursorPlace> {
  encode(place: P): string;
  /** undefined for no cursor, which is the beginning. @throws CURSOR_INVALID for what is no cursor, or that of another query or filter */
  decode(cursor: string | null | undefined): P | undefined;
}

/** @param query its name. @param filter everything that decides which rows there are, in which order; absent parts are left out.
 *  @param like a place, for the types of its parts */
export function cursorCode<P extends CursorPlace>(query: string, filter: unknown, like: P): CursorCode<P> {
  const mark = sha256(canonicalJson([query, JSON.parse(JSON.stringify(filter ?? null)) as Json])).slice(0, 12);
  return {
    encode: (place) => Buffer.from(JSON.stringify([mark, ...place])).toString('base64url'),
    decode(cursor) {
      if (cursor == null) return undefined;
      const [found, ...place] = listOf(cursor);
      if (found === undefined) throw invalid('must be the cursor of a page', cursor);
      if (found !== mark) throw invalid('must be a cursor of the same query with the same filter', cursor);
      if (place.length !== like.length || place.some((part, at) => typeof part !== typeof like[at]))
        throw invalid('must be the cursor of a page', cursor);
      return place as unknown as P;
    },
  };
}

function listOf(cursor: string): unknown[] {
  if (!/^[\w-]{1,2000}$/.test(cursor)) return [];
  try {
    const list: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(list) && list.every((part) => typeof part === 'string' || Number.isSafeInteger(part)) ? list : [];
  } catch {
    return [];
  }
}

const invalid = (rule: string, cursor: string): HoplineError =>
  new HoplineError('CURSOR_INVALID', `page.after ${rule}, got ${JSON.stringify(cursor.slice(0, 60))}`, {
    hint: 'begin without after, then give pageInfo.endCursor of the page before',
  });
