import { graphql, type VariablesOf } from '../client/graphql.ts';
import { runSummaryFields } from './run-summary.ts';

export const rerun = graphql(
  `
  mutation Rerun($runId: ID!, $strategy: RerunStrategy!, $fromNode: String, $reuse: Boolean) {
    rerun(runId: $runId, strategy: $strategy, fromNode: $fromNode, reuse: $reuse) {
      ... on LaunchRunSuccess { run { ...RunSummary remake } }
      ... on Error { code message hint }
    }
  }`,
  [runSummaryFields],
);

export type RerunInput = VariablesOf<typeof rerun>;
