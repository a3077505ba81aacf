import { graphql } from '../client/graphql.ts';
import { runSummaryFields } from './run-summary.ts';

export const launchRun = graphql(
  `
  mutation LaunchRun($input: LaunchRunInput!) {
    launchRun(input: $input) { ... on LaunchRunSuccess { run { ...RunSummary } } ... on Error { code message hint } }
  }`,
  [runSummaryFields],
);
