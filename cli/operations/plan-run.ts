import { graphql, type ResultOf } from '../client/graphql.ts';

const planFields = graphql(`
  fragment Plan on PlanPreview {
    pipeline seed params
    nodes { name kind step dependsOn expected cached toMake firstDifference codeChanged predictedDeviceSeconds }
    totals { expected cached toMake predictedDeviceSeconds }
  }`);

export type PlanPreview = ResultOf<typeof planFields>;
export type PlannedNode = PlanPreview['nodes'][number];

export const planRun = graphql(
  `
  query PlanRun($input: LaunchRunInput!) { planRun(input: $input) { ...Plan ... on Error { code message hint } } }`,
  [planFields],
);
