/** A GraphQL document with the types of its variables and answer. The documents are checked against `api/schema.graphql` by a test. */
export interface Operation<Result, Variables> {
  readonly text: string;
  /** Only for the types; never there. */
  readonly types?: (variables: Variables) => Result;
}

export const operation = <Result, Variables = Record<string, never>>(text: string): Operation<Result, Variables> => ({ text });
