import { operation } from '../client/operation.ts';
import { type RunError, type RunSummary, runSummaryFields } from './run-summary.ts';

export type NodeState = 'PENDING' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED';

export interface NodeStatus {
  name: string;
  kind: string;
  step: string;
  dependsOn: string[];
  state: NodeState;
  total: number;
  done: number;
  made: number;
  cached: number;
  failed: number;
  deviceSeconds: number;
  error: RunError | null;
}

export interface RunProgress {
  total: number;
  done: number;
  made: number;
  cached: number;
  failed: number;
  samplesPerSecond: number;
  etaSeconds: number | null;
  deviceSeconds: number;
}

/** A run as it is just now. */
export interface RunStatus extends RunSummary {
  progress: RunProgress;
  nodes: NodeStatus[];
}

export const runStatusFields = `
  ${runSummaryFields}
  progress { total done made cached failed samplesPerSecond etaSeconds deviceSeconds }
  nodes { name kind step dependsOn state total done made cached failed deviceSeconds error { code message hint } }`;

export const runStatus = operation<{ run: RunStatus | null }, { id: string }>(`
  query RunStatus($id: ID!) { run(id: $id) { ${runStatusFields} } }`);
