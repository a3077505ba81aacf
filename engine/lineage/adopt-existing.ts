import type { NodeKind } from '../plan/plan-types.ts';
import { countProgress } from './count-progress.ts';
import type { Db, Tx } from './db.ts';
import { findNode } from './find-node.ts';
import { type InsertedMember, insertMembers, type MemberKind } from './insert-members.ts';
import type { NodeMember } from './node-member.ts';
import { pagesOf } from './pages.ts';
import { SOURCE_ROWS } from './source-rows.ts';
import { writeEvents } from './write-events.ts';

/** What nodes of each kind consist of. */
const KINDS: Record<NodeKind, MemberKind[]> = {
  source: ['sample'],
  map: ['sample', 'score'],
  select: ['outcome'],
  fold: ['outcome'],
  reduce: ['outcome'],
};

/** Records what exists already as a node's: it counts as cached, what failed before as failed, and unknown keys are skipped.
 *  Idempotent. A source's text and picture of one row count once. @throws NODE_NOT_FOUND */
export async function adoptExisting(
  db: Db,
  runId: string,
  nodeName: string,
  items: readonly NodeMember[],
): Promise<{ adopted: number }> {
  return db.transaction(async (tx) => adoptMembers(tx, runId, await findNode(tx, runId, nodeName), items));
}

export async function adoptMembers(
  tx: Tx,
  runId: string,
  node: { id: number; kind: NodeKind },
  items: readonly NodeMember[],
): Promise<{ adopted: number }> {
  const inserted: InsertedMember[] = [];
  for (const page of pagesOf(items)) {
    const members = page.map((item) => ({ ...item, nodeId: node.id }));
    for (const kind of KINDS[node.kind]) inserted.push(...(await insertMembers(tx, kind, members)));
  }
  if (!inserted.length) return { adopted: 0 };
  const failed = inserted.filter((member) => member.failed).length;
  const cached = node.kind === 'source' ? await newRows(tx, node.id) : inserted.length - failed;
  await writeEvents(tx, await countProgress(tx, runId, [{ nodeId: node.id, made: 0, cached, failed, deviceSeconds: 0 }], false));
  return { adopted: inserted.length };
}

async function newRows(tx: Tx, nodeId: number): Promise<number> {
  const [rows] = await tx.query<{ count: number }>(`SELECT ${SOURCE_ROWS} - n.cached AS count FROM node n WHERE n.id = $1`, [
    nodeId,
  ]);
  return rows!.count;
}
