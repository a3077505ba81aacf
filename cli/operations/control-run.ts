import { type Document, graphql, type ResultOf } from '../client/graphql.ts';
import { runSummaryFields } from './run-summary.ts';

export const pauseRun = graphql(
  `
  mutation PauseRun($runId: ID!) {
    result: pauseRun(runId: $runId) { ... on RunSuccess { run { ...RunSummary } } ... on Error { code message hint } }
  }`,
  [runSummaryFields],
);

export const unpauseRun = graphql(
  `
  mutation UnpauseRun($runId: ID!) {
    result: unpauseRun(runId: $runId) { ... on RunSuccess { run { ...RunSummary } } ... on Error { code message hint } }
  }`,
  [runSummaryFields],
);

export const cancelRun = graphql(
  `
  mutation CancelRun($runId: ID!, $reason: String) {
    result: cancelRun(runId: $runId, reason: $reason) { ... on RunSuccess { run { ...RunSummary } } ... on Error { code message hint } }
  }`,
  [runSummaryFields],
);

/** One order to one run. */
export type ControlOperation = Document<ResultOf<typeof pauseRun>, { runId: string }>;

export { resumeRun } from './resume-run.ts';
