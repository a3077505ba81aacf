import { graphql, type ResultOf, type VariablesOf } from '../client/graphql.ts';

const whatIfSampleFields = graphql(`
  fragment WhatIfSample on WhatIfSampleConnection {
    edges { loss node { key modality hop chain text failed imageUrl } }
  }`);

/** What another rule would have kept of a selection. */
export const whatIf = graphql(
  `
  query WhatIf($runId: ID!, $node: String!, $rule: SelectionRuleInput!, $first: Int!) {
    run(id: $runId) {
      whatIf(node: $node, rule: $rule) {
        candidates keptNow keptThen gainedCount lostCount
        groups { label hop candidates keptNow keptThen gained lost }
        gained(first: $first) { ...WhatIfSample }
        lost(first: $first) { ...WhatIfSample }
      }
    }
  }`,
  [whatIfSampleFields],
);

export type SelectionRule = VariablesOf<typeof whatIf>['rule'];
export type WhatIf = NonNullable<ResultOf<typeof whatIf>['run']>['whatIf'];
export type WhatIfSample = WhatIf['gained']['edges'][number];
