import { graphql } from '../client/graphql.ts';

export const runEvents = graphql(`
  subscription RunEvents($runId: ID!, $after: EventCursor, $types: [String!]) {
    runEvents(runId: $runId, after: $after, types: $types) { cursor type at payload }
  }`);
