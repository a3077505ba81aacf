import { editDistance } from '../plan/edit-distance.ts';
import type { Tx } from './db.ts';
import type { Visibility } from './visibility.ts';

/** Runs that are looked through, the latest first. */
const LOOKED_THROUGH = 1_000;
/** Letters that may be wrong, missing or too many. */
const FAR = 3;
const SHOWN = 3;

/** Ids of visible runs that somebody may have meant: those that begin alike, else those that differ in up to three letters. */
export async function closeRunIds(db: Tx, given: string, visibility: Visibility = null): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    'SELECT id FROM run WHERE $2::bigint IS NULL OR project_id = $2 ORDER BY id DESC LIMIT $1',
    [LOOKED_THROUGH, visibility],
  );
  const ids = rows.map(({ id }) => id);
  const begun = given.length >= 4 ? ids.filter((id) => id.startsWith(given)) : [];
  if (begun.length > 0) return begun.slice(0, SHOWN);
  return ids
    .map((id) => ({ id, far: editDistance(id, given.slice(0, 30)) }))
    .filter(({ far }) => far <= FAR)
    .sort((a, b) => a.far - b.far)
    .slice(0, SHOWN)
    .map(({ id }) => id);
}
