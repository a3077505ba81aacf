import type { Digest } from '../plan/digest.ts';
import type { HandlePart } from '../plan/handles.ts';
import type { JsonObject } from '../plan/json.ts';
import type { NodeKind, PlannedModel } from '../plan/plan-types.ts';
import type { Tx } from './db.ts';

export interface PlanNodeRow {
  name: string;
  kind: NodeKind;
  step: string;
  params: JsonObject;
  models: Record<string, PlannedModel>;
  inputs: Record<string, HandlePart[]>;
  key: Digest;
  codeDigest: Digest;
  expected: number;
}

/** The nodes of a run as its plan has them, in topological order. None before it is planned. */
export const planNodes = (db: Tx, runId: string): Promise<PlanNodeRow[]> =>
  db.query(
    `SELECT name, kind, step, params, models, inputs, key, code_digest AS "codeDigest", expected FROM node WHERE run_id = $1 ORDER BY ordinal`,
    [runId],
  );
