import type { ArtifactRef } from '../compute/order.ts';
import type { Digest } from '../plan/digest.ts';
import type { JsonObject } from '../plan/json.ts';
import type { Tx } from './db.ts';
import { findNode } from './find-node.ts';

export interface NodeOutcome {
  key: Digest;
  epoch: number;
  artifact: Digest;
  kind: 'decisions' | 'checkpoint' | 'result';
  result: JsonObject | null;
  /** Of one epoch. */
  metrics: Record<string, number> | null;
  /** Artifacts by file name. */
  files: Record<string, ArtifactRef> | null;
}

/** What a whole node has made so far, first to last epoch. @throws NODE_NOT_FOUND */
export async function nodeOutcomes(db: Tx, runId: string, nodeName: string): Promise<NodeOutcome[]> {
  const node = await findNode(db, runId, nodeName);
  return db.query(
    `SELECT o.key, o.epoch, a.digest AS artifact, o.kind, o.result, o.metrics, o.files
       FROM node_outcome m JOIN outcome o ON o.id = m.outcome_id JOIN artifact a ON a.id = o.artifact_id
      WHERE m.node_id = $1 ORDER BY m.ordinal`,
    [node.id],
  );
}
