import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql';
import type { Asked } from './asked.ts';
import { taughtValues, valuesOf } from './lessons.ts';
import { selectionsOf } from './selections.ts';

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
  const inputs = field.args.map(({ name, type }) => ({
    name,
    type,
    required: isRequiredArgument(field.args.find((arg) => arg.name === name)!),
  }));
  const heads = field.args.map(({ name, type }) => `$${name}: ${String(type)}`).join(', ');
  const given = field.args.map(({ name }) => `${name}: $${name}`).join(', ');
  const text = (selection: string): string =>
    `${operation} ${heads && `(${heads})`} { ${field.name}${given && `(${given})`} ${selection} }`;
  const selections = selectionsOf(schema, getNamedType(field.type), operation === 'mutation' ? 1 : 2);
  const [plain, ...further] = variants(field.name, inputs, asked);
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

interface Input {
  name: string;
  type: GraphQLInputType;
  required: boolean;
}

/** Sets of values: the required ones with the first value of each, then each other value of each, then each optional one besides. */
function variants(owner: string, inputs: readonly Input[], asked: Asked): Record<string, unknown>[] {
  const choices = inputs
    .filter(({ name }) => !PAGING.has(name))
    .map((input) => ({ ...input, values: choicesOf(owner, input.name, input.type, asked) }));
  const base = Object.fromEntries(choices.filter(({ required }) => required).map(({ name, values }) => [name, values[0]]));
  const others = choices.flatMap(({ name, values, required }) =>
    values.slice(required ? 1 : 0).map((value) => ({ ...base, [name]: value })),
  );
  return [base, ...others];
}

/** Asked for by other tests: pages of a foreign thing don't exist. */
const PAGING = new Set(['first', 'after', 'last', 'before', 'maxHops']);

function choicesOf(owner: string, name: string, type: GraphQLInputType, asked: Asked): unknown[] {
  const named = getNamedType(type);
  const isList = isListType(getNullableType(type));
  if (isInputObjectType(named) && !isList) {
    const fields = Object.values(named.getFields()).map((field) => ({
      name: field.name,
      type: field.type,
      required: isRequiredInputField(field),
    }));
    return [...variants(named.name, fields, asked), ...(taughtValues({ owner, name, type: named.name }, asked) ?? [])];
  }
  const enumValues = isEnumType(named) ? { enumValues: named.getValues().map((value) => value.name) } : {};
  const values = valuesOf({ owner, name, type: named.name, ...enumValues }, asked);
  return isList ? values.map((value) => (Array.isArray(value) ? value : [value])) : values;
}
