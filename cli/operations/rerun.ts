import { operation } from '../client/operation.ts';
import type { NamedError } from '../client/unwrap-result.ts';
import { type RunSummary, runSummaryFields } from './run-summary.ts';

export interface RerunInput {
  runId: string;
  strategy: 'FROM_FAILURE' | 'FROM_NODE' | 'ALL';
  fromNode?: string;
  reuse?: boolean;
}

export const rerun = operation<{ rerun: { run: RunSummary & { remake: string[] } } | NamedError }, RerunInput>(`
  mutation Rerun($runId: ID!, $strategy: RerunStrategy!, $fromNode: String, $reuse: Boolean) {
    rerun(runId: $runId, strategy: $strategy, fromNode: $fromNode, reuse: $reuse) {
      ... on LaunchRunSuccess { run { ${runSummaryFields} remake } }
      ... on Error { code message hint }
    }
  }`);
