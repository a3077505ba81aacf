import { jsonb } from './column-values.ts';
import type { Db } from './db.ts';
import { findNode } from './find-node.ts';
import type { StoredError } from './run-row.ts';
import { writeEvents } from './write-events.ts';

export type NodeState = 'PENDING' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED';

/** Commits close a node by themselves when everything expected is there; this is for what they can't know. @throws NODE_NOT_FOUND */
export function setNodeState(db: Db, runId: string, nodeName: string, state: NodeState): Promise<void> {
  return change(db, runId, nodeName, state);
}

/** @throws NODE_NOT_FOUND */
export function failNode(db: Db, runId: string, nodeName: string, error: StoredError): Promise<void> {
  return change(db, runId, nodeName, 'FAILED', error);
}

async function change(db: Db, runId: string, name: string, state: NodeState, error?: StoredError): Promise<void> {
  await db.transaction(async (tx) => {
    const node = await findNode(tx, runId, name);
    const changed = await tx.query(
      `UPDATE node SET state = $2, error = $3,
              started_at = CASE WHEN $2 = 'PENDING' THEN NULL ELSE coalesce(started_at, now()) END,
              finished_at = CASE WHEN $2 IN ('PENDING', 'RUNNING') THEN NULL ELSE now() END
        WHERE id = $1 AND (state <> $2 OR error IS DISTINCT FROM $3) RETURNING id`,
      [node.id, state, jsonb(error)],
    );
    if (changed.length)
      await writeEvents(tx, [
        { runId, type: 'node.state', payload: { node: name, state, ...(error && { error: { ...error } }) } },
      ]);
  });
}
