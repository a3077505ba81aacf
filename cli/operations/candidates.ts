import { graphql, type ResultOf } from '../client/graphql.ts';

/** A sample that a selection may have decided about, without its derivation. */
const candidateFields = graphql(`
  fragment Candidate on Sample {
    key modality rootKey chain depth hop failed
    scores { loss node run { runId } }
    decisions { node kept rank threshold reason run { runId } }
  }`);

export type Candidate = ResultOf<typeof candidateFields>;

/** The first samples that a selection kept. */
export const keptSamples = graphql(
  `
  query KeptSamples($runId: ID!, $node: String!) {
    samples(filter: { runId: $runId, node: $node, kept: true }, first: 100) { edges { node { ...Candidate } } }
  }`,
  [candidateFields],
);

/** What was made of a real sample, page by page. */
export const madeOf = graphql(
  `
  query MadeOf($key: Digest!, $after: String) {
    sample(key: $key) {
      text meta
      descendants(first: 100, after: $after) { edges { sample { ...Candidate } } pageInfo { hasNextPage endCursor } }
    }
  }`,
  [candidateFields],
);
