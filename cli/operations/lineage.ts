import { graphql, type ResultOf } from '../client/graphql.ts';
import { metricFields } from './run-report.ts';

/** A sample with everything that a line of its story needs. */
export const sampleFields = graphql(`
  fragment Sample on Sample {
    key contentDigest modality rootKey chain depth hop seed text meta imageUrl failed
    derivation { real step models node device seconds receipt run { runId } }
    datasets { dataset index rowId part }
    scores { loss failed step node values inputs { role key } run { runId } }
    decisions { node kept rank threshold reason run { runId } }
  }`);

export type Sample = ResultOf<typeof sampleFields>;
export type Score = Sample['scores'][number];
export type Decision = Sample['decisions'][number];

const edgeFields = graphql(
  `
  fragment SampleEdge on SampleEdge { depth role child parent sample { ...Sample } }`,
  [sampleFields],
);

export type SampleEdge = ResultOf<typeof edgeFields>;

export const sampleUp = graphql(
  `
  query SampleUp($prefix: String!, $maxHops: Int) {
    sampleByPrefix(prefix: $prefix) {
      ...Sample
      ancestors(first: 100, maxHops: $maxHops) { edges { ...SampleEdge } truncated pageInfo { hasNextPage endCursor } }
    }
  }`,
  [sampleFields, edgeFields],
);

/** What depends on something. */
export const impactFields = graphql(
  `
  fragment Impact on Impact {
    samples scores decisions runs truncated
    checkpoints { key node epoch run { runId } }
    metrics { ...Metric run { runId } }
  }`,
  [metricFields],
);

export type Impact = ResultOf<typeof impactFields>;

export const sampleDown = graphql(
  `
  query SampleDown($prefix: String!, $maxHops: Int) {
    sampleByPrefix(prefix: $prefix) {
      ...Sample
      descendants(first: 100, maxHops: $maxHops) { edges { ...SampleEdge } truncated pageInfo { hasNextPage endCursor } }
      impact { ...Impact }
    }
  }`,
  [sampleFields, edgeFields, impactFields],
);
