import { operation } from '../client/operation.ts';
import type { NamedError } from '../client/unwrap-result.ts';
import { type RunSummary, runSummaryFields } from './run-summary.ts';

export interface ResumedNode {
  name: string;
  kind: string;
  done: number;
  left: number;
  /** Why it is planned anew; null: it goes on where it was. */
  change: string | null;
  codeChanged: boolean;
}

export interface Resumption {
  run: RunSummary;
  /** Nothing was started: it goes on, or has succeeded, by itself. */
  byItself: boolean;
  codeRevision: { before: string; now: string };
  nodes: ResumedNode[];
}

export const resumeRun = operation<{ result: Resumption | NamedError }, { runId: string }>(`
  mutation ResumeRun($runId: ID!) {
    result: resumeRun(runId: $runId) {
      ... on ResumeRunSuccess {
        run { ${runSummaryFields} }
        byItself codeRevision { before now } nodes { name kind done left change codeChanged }
      }
      ... on Error { code message hint }
    }
  }`);
