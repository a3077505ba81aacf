import { operation } from '../client/operation.ts';

/** What the reduces of a run found, by name. */
export const nodeResults = operation<
  { run: { nodes: { name: string; result: unknown }[] } | null },
  { id: string; names: string[] }
>(`
  query NodeResults($id: ID!, $names: [String!]) { run(id: $id) { nodes(names: $names) { name result } } }`);
