import type { Tx } from './db.ts';

/** The id of a project by name; made when it is new. */
export async function findOrMakeProject(tx: Tx, name: string): Promise<number> {
  await tx.query('INSERT INTO project (name) VALUES ($1) ON CONFLICT DO NOTHING', [name]);
  const [project] = await tx.query<{ id: number }>('SELECT id FROM project WHERE name = $1', [name]);
  return project!.id;
}
