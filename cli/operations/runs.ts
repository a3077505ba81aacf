import { operation } from '../client/operation.ts';
import { type RunSummary, runSummaryFields } from './run-summary.ts';

export const runs = operation<{ runs: { edges: { node: RunSummary }[] } }, { first: number }>(`
  query Runs($first: Int!) { runs(first: $first) { edges { node { ${runSummaryFields} } } } }`);
