import { graphql, type ResultOf } from '../client/graphql.ts';
import { runSummaryFields } from './run-summary.ts';

/** A run as it is just now. */
export const runStatusFields = graphql(
  `
  fragment RunStatus on Run {
    ...RunSummary
    progress { total done made cached failed samplesPerSecond etaSeconds deviceSeconds }
    nodes { name kind step dependsOn state total done made cached failed deviceSeconds error { code message hint } }
  }`,
  [runSummaryFields],
);

export type RunStatus = ResultOf<typeof runStatusFields>;
export type RunProgress = RunStatus['progress'];
export type NodeStatus = RunStatus['nodes'][number];
export type NodeState = NodeStatus['state'];

export const runStatus = graphql(
  `
  query RunStatus($id: ID!) { run(id: $id) { ...RunStatus } }`,
  [runStatusFields],
);
