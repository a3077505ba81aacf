import { graphql } from '../client/graphql.ts';

/** What the reduces of a run found, by name. */
export const nodeResults = graphql(`
  query NodeResults($id: ID!, $names: [String!]) { run(id: $id) { nodes(names: $names) { name result } } }`);
