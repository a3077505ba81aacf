import { graphql, type ResultOf } from '../client/graphql.ts';

export const runEvents = graphql(`
  subscription RunEvents($runId: ID!, $after: EventCursor, $types: [String!]) {
    runEvents(runId: $runId, after: $after, types: $types) { cursor type at payload }
  }`);

export type RunEvent = ResultOf<typeof runEvents>['runEvents'];

/** Where the events of a run stand just now. */
export const eventCursor = graphql(`
  query EventCursor($id: ID!) { run(id: $id) { eventCursor } }`);
