import type { Digest } from '../plan/digest.ts';
import type { JsonObject } from '../plan/json.ts';
import { anyLength } from './column-values.ts';
import type { Tx } from './db.ts';
import { INPUTS, type InputRef } from './derivation-inputs.ts';
import { ownPlace } from './own-place.ts';
import type { Visibility } from './visibility.ts';

export interface DerivationRow {
  step: string;
  params: JsonObject;
  models: Record<string, string>;
  codeDigest: Digest;
  /** The run that made it; where that is another project's, the first of the viewer's that has it. */
  runId: string;
  node: string;
  /** null where another project's run made it. */
  taskId: number | null;
  /** null likewise. */
  worker: string | null;
  device: string | null;
  startedAt: Date;
  /** Of the whole task; divide by `items`. */
  seconds: number;
  items: number;
  /** Whole-node inputs. */
  inputs: InputRef[];
  /** What making the sample took besides the device's time, where its step says so. null where another project's run made it. */
  receipt: JsonObject | null;
}

/** How samples were made. Real ones are missing. The caller has made sure that the samples are visible. */
export async function sampleDerivations(
  db: Tx,
  sampleIds: readonly number[],
  visibility: Visibility,
): Promise<Map<number, DerivationRow>> {
  const rows = await db.query<DerivationRow & { sampleId: number }>(
    `SELECT s.id AS "sampleId", d.step, d.params, d.models, d.code_digest AS "codeDigest", coalesce(own.run_id, d.run_id) AS "runId",
            coalesce(own.name, d.node) AS node, CASE WHEN own.run_id IS NULL THEN d.task_id END AS "taskId",
            CASE WHEN own.run_id IS NULL THEN d.worker END AS worker, CASE WHEN own.run_id IS NULL THEN d.device END AS device,
            d.started_at AS "startedAt", d.seconds, d.items, ${INPUTS},
            CASE WHEN own.run_id IS NULL THEN r.receipt END AS receipt
       FROM sample s JOIN derivation d ON d.id = s.derivation_id LEFT JOIN receipt r ON r.derivation_id = d.id AND r.key = s.key
            ${ownPlace('sample', 's.id', 'd.run_id', 2)}
      WHERE s.id = ANY (${anyLength(1, 'bigint')}::bigint[])`,
    [sampleIds, visibility],
  );
  return new Map(rows.map(({ sampleId, ...derivation }) => [sampleId, derivation]));
}
