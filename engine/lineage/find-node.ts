import { HoplineError } from '../plan/errors.ts';
import type { NodeKind } from '../plan/plan-types.ts';
import type { Tx } from './db.ts';

/** @throws NODE_NOT_FOUND */
export async function findNode(db: Tx, runId: string, name: string): Promise<{ id: number; kind: NodeKind }> {
  const [node] = await db.query<{ id: number; kind: NodeKind }>('SELECT id, kind FROM node WHERE run_id = $1 AND name = $2', [
    runId,
    name,
  ]);
  if (node) return node;
  throw new HoplineError('NODE_NOT_FOUND', `node must be one of run ${runId}, got ${name}`, { hint: `hopline show ${runId}` });
}
