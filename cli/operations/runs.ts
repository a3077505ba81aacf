import { graphql, type ResultOf } from '../client/graphql.ts';
import { runSummaryFields } from './run-summary.ts';

export const runs = graphql(
  `
  query Runs($first: Int!, $after: String, $filter: RunFilter) {
    runs(first: $first, after: $after, filter: $filter) { edges { node { ...RunSummary verifies { runId } } } pageInfo { hasNextPage endCursor } }
  }`,
  [runSummaryFields],
);

export type ListedRun = ResultOf<typeof runs>['runs']['edges'][number]['node'];

/** What names a run, and nothing else. */
export const runIds = graphql(`
  query RunIds($first: Int!, $filter: RunFilter) { runs(first: $first, filter: $filter) { edges { node { runId } } } }`);

/** The newest runs that a filter lets through, and how many there are. */
export const countedRuns = graphql(
  `
  query CountedRuns($first: Int!, $filter: RunFilter) {
    runs(first: $first, filter: $filter) { edges { node { ...RunSummary verifies { runId } } } totalCount }
  }`,
  [runSummaryFields],
);
