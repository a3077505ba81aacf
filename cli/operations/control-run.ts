import { type Operation, operation } from '../client/operation.ts';
import type { NamedError } from '../client/unwrap-result.ts';
import { type RunSummary, runSummaryFields } from './run-summary.ts';

export type ControlOperation = Operation<{ result: { run: RunSummary } | NamedError }, { runId: string; reason?: string }>;

const control = (field: string): ControlOperation =>
  operation(`
  mutation Control($runId: ID!) {
    result: ${field}(runId: $runId) {
      ... on RunSuccess { run { ${runSummaryFields} } }
      ... on Error { code message hint }
    }
  }`);

export const pauseRun = control('pauseRun');
export const unpauseRun = control('unpauseRun');
export const cancelRun: ControlOperation = operation(`
  mutation CancelRun($runId: ID!, $reason: String) {
    result: cancelRun(runId: $runId, reason: $reason) {
      ... on RunSuccess { run { ${runSummaryFields} } }
      ... on Error { code message hint }
    }
  }`);
export { resumeRun } from './resume-run.ts';
