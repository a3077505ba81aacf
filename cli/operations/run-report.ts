import { graphql, type ResultOf } from '../client/graphql.ts';
import { runStatusFields } from './run-status.ts';

export const metricFields = graphql(`
  fragment Metric on Metric { node checkpoint name slice mode value low high }`);

export type Metric = ResultOf<typeof metricFields>;

const spendingFields = graphql(`
  fragment Spending on Spending { items requests inputTokens outputTokens costs { amount currency } }`);

/** Everything that `show` prints. */
export const runReport = graphql(
  `
  query RunReport($id: ID!) {
    run(id: $id) {
      ...RunStatus
      params labels codeRevision environment
      parent { runId } verifies { runId } remake cancelRequestedAt
      executions { number reason codeRevision environment startedAt }
      attemptCounts {
        node tasks { pending running committed failed } attempts { committed superseded failed released open }
        tasksCommittedTwice tasksStartedAfterCommit
      }
      spending { ...Spending }
      nodeSpending: nodes { name spending { ...Spending } }
      metrics { ...Metric }
      failures(first: 20) { edges { node { node cause reason count example remedy } } }
    }
  }`,
  [runStatusFields, metricFields, spendingFields],
);

export type RunReport = NonNullable<ResultOf<typeof runReport>['run']>;
export type AttemptCounts = RunReport['attemptCounts'][number];
