import { graphql, type ResultOf } from '../client/graphql.ts';
import { runSummaryFields } from './run-summary.ts';

const resumptionFields = graphql(
  `
  fragment Resumption on ResumeRunSuccess {
    run { ...RunSummary }
    byItself codeRevision { before now } nodes { name kind done left change codeChanged }
  }`,
  [runSummaryFields],
);

export type Resumption = ResultOf<typeof resumptionFields>;
export type ResumedNode = Resumption['nodes'][number];

export const resumeRun = graphql(
  `
  mutation ResumeRun($runId: ID!) {
    result: resumeRun(runId: $runId) { ...Resumption ... on Error { code message hint } }
  }`,
  [resumptionFields],
);
