import { graphql, type ResultOf } from '../client/graphql.ts';

export const workers = graphql(`
  query Workers { workers { name host pid devices resources buildId startedAt seenAt inHand { activity workflowId startedAt } } }`);

export type Worker = ResultOf<typeof workers>['workers'][number];
