import { graphql, type VariablesOf } from '../client/graphql.ts';
import { impactFields } from './lineage.ts';

export const retract = graphql(
  `
  mutation Retract($input: RetractInput!) {
    retract(input: $input) {
      ... on RetractSuccess {
        retraction { kind key name project reason retractedBy at }
        impact { ...Impact }
      }
      ... on Error { code message hint }
    }
  }`,
  [impactFields],
);

export type RetractInput = VariablesOf<typeof retract>['input'];

/** The whole key of a sample from its beginning. */
export const sampleKey = graphql(`
  query SampleKey($prefix: String!) { sampleByPrefix(prefix: $prefix) { key } }`);
