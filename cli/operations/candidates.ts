import { operation } from '../client/operation.ts';
import type { Decision, Score } from './lineage.ts';

/** A sample that a selection may have decided about, without its derivation. */
export interface Candidate {
  key: string;
  modality: 'TEXT' | 'IMAGE' | 'FEATURES';
  rootKey: string;
  chain: number;
  depth: number;
  hop: number;
  failed: string | null;
  scores: Pick<Score, 'loss' | 'node' | 'run'>[];
  decisions: Decision[];
}

const candidateFields = `
  key modality rootKey chain depth hop failed
  scores { loss node run { runId } }
  decisions { node kept rank threshold reason run { runId } }`;

/** The first samples that a selection kept. */
export const keptSamples = operation<{ samples: { edges: { node: Candidate }[] } }, { runId: string; node: string }>(`
  query KeptSamples($runId: ID!, $node: String!) {
    samples(filter: { runId: $runId, node: $node, kept: true }, first: 100) { edges { node { ${candidateFields} } } }
  }`);

/** What was made of a real sample, page by page. */
export const madeOf = operation<
  {
    sample: {
      text: string | null;
      meta: Record<string, unknown>;
      descendants: { edges: { sample: Candidate }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } };
    } | null;
  },
  { key: string; after?: string }
>(`
  query MadeOf($key: Digest!, $after: String) {
    sample(key: $key) {
      text meta
      descendants(first: 100, after: $after) { edges { sample { ${candidateFields} } } pageInfo { hasNextPage endCursor } }
    }
  }`);
