import { graphql, type ResultOf, type VariablesOf } from '../client/graphql.ts';

/** A page of the samples that a filter lets through. */
export const samples = graphql(`
  query Samples($filter: SampleFilter!, $first: Int!, $after: String) {
    samples(filter: $filter, first: $first, after: $after) {
      edges {
        node {
          key modality rootKey chain depth hop text imageUrl failed
          scores { node loss failed run { runId } }
          decisions { node kept rank threshold reason run { runId } }
        }
      }
      pageInfo { hasNextPage endCursor }
    }
  }`);

export type SampleFilter = VariablesOf<typeof samples>['filter'];
export type FoundSample = ResultOf<typeof samples>['samples']['edges'][number]['node'];
