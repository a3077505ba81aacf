import { graphql } from '../client/graphql.ts';
import { runSummaryFields } from './run-summary.ts';

export const runs = graphql(
  `
  query Runs($first: Int!) { runs(first: $first) { edges { node { ...RunSummary } } } }`,
  [runSummaryFields],
);
