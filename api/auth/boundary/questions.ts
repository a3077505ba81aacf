import { type GraphQLField, type GraphQLSchema, getNamedType } from 'graphql';
import type { Asked } from './asked.ts';
import { selectionsOf } from './selections.ts';
import { argumentInput, variants } from './variants.ts';

export type Operation = 'query' | 'mutation' | 'subscription';

export interface Question {
  field: string;
  query: string;
  variables: Record<string, unknown>;
}

/** Every question that a root field can be asked about somebody else's things: with what it requires, then with each further argument, each
 *  value of each of them, and, of a query, each selection of the answer. The order is the same whoever is asked about. */
export function questionsOf(
  schema: GraphQLSchema,
  operation: Operation,
  field: GraphQLField<unknown, unknown>,
  asked: Asked,
): Question[] {
  const heads = field.args.map(({ name, type }) => `$${name}: ${String(type)}`).join(', ');
  const given = field.args.map(({ name }) => `${name}: $${name}`).join(', ');
  const text = (selection: string): string =>
    `${operation} ${heads && `(${heads})`} { ${field.name}${given && `(${given})`} ${selection} }`;
  const selections = selectionsOf(schema, getNamedType(field.type), operation === 'mutation' ? 1 : 2, asked);
  const [plain, ...further] = variants(field.name, field.args.map(argumentInput), asked);
  return [
    ...selections.map((selection) => ({ field: field.name, query: text(selection), variables: plain! })),
    ...further.flatMap((variables) =>
      (operation === 'query' ? selections : selections.slice(0, 1)).map((selection) => ({
        field: field.name,
        query: text(selection),
        variables,
      })),
    ),
  ];
}
