import type { JsonObject } from '../../engine/plan/json.ts';
import { operation } from '../client/operation.ts';
import type { Metric } from './run-report.ts';

export interface Score {
  loss: number | null;
  step: string;
  node: string;
  values: Record<string, number>;
  inputs: { role: string; key: string }[];
  run: { runId: string };
}

export interface Decision {
  node: string;
  kept: boolean;
  rank: number;
  threshold: number | null;
  reason: string;
  run: { runId: string };
}

/** A sample with everything that a line of its story needs. */
export interface Sample {
  key: string;
  contentDigest: string;
  modality: 'TEXT' | 'IMAGE' | 'FEATURES';
  rootKey: string;
  chain: number;
  depth: number;
  hop: number;
  /** Empty where nothing was drawn. */
  seed: string;
  text: string | null;
  meta: JsonObject;
  imageUrl: string | null;
  failed: string | null;
  derivation: {
    /** Nobody made it: it is a row of a dataset. */
    real: boolean;
    step: string;
    models: Record<string, string>;
    node: string;
    device: string;
    seconds: number;
    run: { runId: string } | null;
  };
  datasets: { dataset: string; index: number; rowId: string; part: string | null }[];
  scores: Score[];
  decisions: Decision[];
}

export interface SampleEdge {
  depth: number;
  role: string;
  child: string;
  parent: string;
  sample: Sample;
}

interface EdgePage {
  edges: SampleEdge[];
  truncated: boolean;
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

const sampleFields = `
  key contentDigest modality rootKey chain depth hop seed text meta imageUrl failed
  derivation { real step models node device seconds run { runId } }
  datasets { dataset index rowId part }
  scores { loss step node values inputs { role key } run { runId } }
  decisions { node kept rank threshold reason run { runId } }`;
const edgeFields = `
  edges { depth role child parent sample { ${sampleFields} } }
  truncated
  pageInfo { hasNextPage endCursor }`;

export const sampleUp = operation<
  { sampleByPrefix: (Sample & { ancestors: EdgePage }) | null },
  { prefix: string; maxHops: number }
>(`
  query SampleUp($prefix: String!, $maxHops: Int) {
    sampleByPrefix(prefix: $prefix) { ${sampleFields} ancestors(first: 100, maxHops: $maxHops) { ${edgeFields} } }
  }`);

export interface Checkpoint {
  key: string;
  node: string;
  epoch: number;
  run: { runId: string };
}

export interface Impact {
  samples: number;
  scores: number;
  decisions: number;
  checkpoints: Checkpoint[];
  metrics: (Metric & { run: { runId: string } })[];
  runs: string[];
}

export const sampleDown = operation<
  { sampleByPrefix: (Sample & { descendants: EdgePage; impact: Impact }) | null },
  { prefix: string; maxHops: number }
>(`
  query SampleDown($prefix: String!, $maxHops: Int) {
    sampleByPrefix(prefix: $prefix) {
      ${sampleFields}
      descendants(first: 100, maxHops: $maxHops) { ${edgeFields} }
      impact {
        samples scores decisions runs
        checkpoints { key node epoch run { runId } }
        metrics { node checkpoint name slice mode value low high run { runId } }
      }
    }
  }`);
