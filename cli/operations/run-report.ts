import type { JsonObject } from '../../engine/plan/json.ts';
import { operation } from '../client/operation.ts';
import { type RunStatus, runStatusFields } from './run-status.ts';

export interface Metric {
  node: string;
  checkpoint: string | null;
  name: string;
  slice: string;
  mode: string | null;
  value: number;
  low: number | null;
  high: number | null;
}

/** Everything that `show` prints. */
export interface RunReport extends RunStatus {
  params: JsonObject;
  codeRevision: string;
  environment: JsonObject;
  metrics: Metric[];
  failures: { edges: { node: { node: string; reason: string; count: number; example: string | null } }[] };
}

export const runReport = operation<{ run: RunReport | null }, { id: string }>(`
  query RunReport($id: ID!) {
    run(id: $id) {
      ${runStatusFields}
      params codeRevision environment
      metrics { node checkpoint name slice mode value low high }
      failures(first: 20) { edges { node { node reason count example } } }
    }
  }`);
