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

/** How often the tasks of a node were tried, and how the attempts ended. */
export interface AttemptCounts {
  node: string;
  tasks: { pending: number; running: number; committed: number; failed: number };
  attempts: { committed: number; superseded: number; failed: number; released: number; open: number };
  tasksCommittedTwice: number;
  tasksStartedAfterCommit: number;
}

/** Failures of one node with one cause. */
export interface Failure {
  node: string;
  cause: string;
  count: number;
  /** In the words of one of them, and its key. */
  reason: string;
  example: string | null;
  remedy: string;
}

export interface Execution {
  number: number;
  reason: 'LAUNCHED' | 'RESUMED';
  codeRevision: string;
  environment: JsonObject;
  startedAt: string;
}

/** Everything that `show` prints. */
export interface RunReport extends RunStatus {
  params: JsonObject;
  codeRevision: string;
  environment: JsonObject;
  parent: { runId: string } | null;
  remake: string[];
  cancelRequestedAt: string | null;
  executions: Execution[];
  attemptCounts: AttemptCounts[];
  metrics: Metric[];
  failures: { edges: { node: Failure }[] };
}

export const runReport = operation<{ run: RunReport | null }, { id: string }>(`
  query RunReport($id: ID!) {
    run(id: $id) {
      ${runStatusFields}
      params codeRevision environment
      parent { runId } remake cancelRequestedAt
      executions { number reason codeRevision environment startedAt }
      attemptCounts {
        node tasks { pending running committed failed } attempts { committed superseded failed released open }
        tasksCommittedTwice tasksStartedAfterCommit
      }
      metrics { node checkpoint name slice mode value low high }
      failures(first: 20) { edges { node { node cause reason count example remedy } } }
    }
  }`);
