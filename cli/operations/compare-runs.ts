import { graphql, type ResultOf } from '../client/graphql.ts';

/** Runs side by side. */
export const compareRuns = graphql(`
  query CompareRuns($ids: [ID!]!) {
    compareRuns(ids: $ids) {
      runs { runId state pipeline { name version } }
      seeds codeRevisions rootDigests
      params { path values }
      nodes { name same keys differences items { counts shared only } }
      metrics { node name slice mode values }
    }
  }`);

export type RunComparison = ResultOf<typeof compareRuns>['compareRuns'];
