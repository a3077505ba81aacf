import { graphql, type ResultOf } from '../client/graphql.ts';
import { runSummaryFields } from './run-summary.ts';

export const verifyRun = graphql(
  `
  mutation VerifyRun($runId: ID!, $share: Float!, $seed: Int) {
    verifyRun(runId: $runId, share: $share, seed: $seed) {
      ... on LaunchRunSuccess { run { ...RunSummary } }
      ... on Error { code message hint }
    }
  }`,
  [runSummaryFields],
);

/** What a verifying run has found; of another run what its latest verification has. */
export const verification = graphql(
  `
  query Verification($id: ID!, $first: Int!) {
    run(id: $id) {
      runId
      verifies { runId }
      verification {
        run { ...RunSummary }
        share seed tasks of leftOut match withinTolerance mismatch
        groups { node step model provider device determinism match withinTolerance mismatch missing largestDifference }
        mismatches(first: $first) {
          edges { node { key node step device worker determinism difference expected found reason at } }
        }
      }
    }
  }`,
  [runSummaryFields],
);

export type Verification = NonNullable<NonNullable<ResultOf<typeof verification>['run']>['verification']>;
