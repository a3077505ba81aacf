import { graphql, type ResultOf } from '../client/graphql.ts';
import { runSummaryFields } from './run-summary.ts';

const bulkOutcomeFields = graphql(
  `
  fragment BulkOutcome on BulkRunSuccess {
    done refused remaining
    outcomes { done code message hint run { ...RunSummary } }
  }`,
  [runSummaryFields],
);

export type BulkOutcome = ResultOf<typeof bulkOutcomeFields>;

export const cancelRuns = graphql(
  `
  mutation CancelRuns($filter: RunFilter!, $reason: String) {
    result: cancelRuns(filter: $filter, reason: $reason) {
      ... on BulkRunSuccess { ...BulkOutcome }
      ... on Error { code message hint }
    }
  }`,
  [bulkOutcomeFields],
);

export const resumeRuns = graphql(
  `
  mutation ResumeRuns($filter: RunFilter!) {
    result: resumeRuns(filter: $filter) {
      ... on BulkRunSuccess { ...BulkOutcome }
      ... on Error { code message hint }
    }
  }`,
  [bulkOutcomeFields],
);
