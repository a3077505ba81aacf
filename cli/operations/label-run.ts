import { graphql } from '../client/graphql.ts';

export const labelRun = graphql(`
  mutation LabelRun($runId: ID!, $labels: [LabelInput!]!) {
    labelRun(runId: $runId, labels: $labels) {
      ... on RunSuccess { run { runId labels } }
      ... on Error { code message hint }
    }
  }`);
