import { HoplineError } from '../plan/errors.ts';
import { isStorable } from '../plan/unstorable-text.ts';
import type { Tx } from './db.ts';

/** The id of a project that has had a run or a token. @throws PROJECT_NOT_FOUND naming those that there are */
export async function findProject(db: Tx, name: string): Promise<number> {
  const [project] = isStorable(name) ? await db.query<{ id: number }>('SELECT id FROM project WHERE name = $1', [name]) : [];
  if (project) return project.id;
  const known = await db.query<{ name: string }>('SELECT name FROM project ORDER BY name LIMIT 20');
  throw new HoplineError(
    'PROJECT_NOT_FOUND',
    `project must be one of ${known.map((each) => each.name).join(', ') || 'none yet'}, got ${JSON.stringify(name)}`,
  );
}
