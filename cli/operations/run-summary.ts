import { graphql, type ResultOf } from '../client/graphql.ts';

/** What every list and answer shows of a run. */
export const runSummaryFields = graphql(`
  fragment RunSummary on Run {
    runId state finished seed rootDigest attempts createdAt startedAt finishedAt
    pipeline { name version }
    error { code message hint }
  }`);

export type RunSummary = ResultOf<typeof runSummaryFields>;
export type RunState = RunSummary['state'];
export type RunError = NonNullable<RunSummary['error']>;
