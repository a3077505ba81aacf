import { print } from '@0no-co/graphql.web';
import { initGraphQLTada, type TadaDocumentNode } from 'gql.tada';
import type { Json } from '../../engine/plan/json.ts';
import type { introspection } from './graphql-env.d.ts';

/** A GraphQL document whose variables and answer have the types that `api/schema.graphql` gives them.
 *  An unknown field, a missing variable or a wrong one is an error of the compiler. */
export const graphql = initGraphQLTada<{
  introspection: introspection;
  disableMasking: true;
  scalars: { DateTime: string; Digest: string; EventCursor: string; ID: string; JSON: Json };
}>();

export type { FragmentOf, ResultOf, VariablesOf } from 'gql.tada';

export type Document<Result, Variables> = TadaDocumentNode<Result, Variables>;

/** Whatever its variables and answer are. */
export type AnyDocument = Parameters<typeof print>[0];

/** The text that is sent, and whose SHA-256 a list of persisted operations holds. */
export const documentText = (document: AnyDocument): string => print(document);
