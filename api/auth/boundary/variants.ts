import {
  type GraphQLArgument,
  type GraphQLInputType,
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

/** An argument or a field of an input object. */
export interface Input {
  name: string;
  type: GraphQLInputType;
  required: boolean;
}

export const argumentInput = (arg: GraphQLArgument): Input => ({
  name: arg.name,
  type: arg.type,
  required: isRequiredArgument(arg),
});

/** Sets of values: the required ones with the first value of each, then each other value of each, then each optional one besides. */
export function variants(owner: string, inputs: readonly Input[], asked: Asked): Record<string, unknown>[] {
  const choices = inputs
    .filter(({ name }) => !PAGING.has(name))
    .map((input) => ({ ...input, values: choicesOf(owner, input.name, input.type, asked) }));
  const base = Object.fromEntries(choices.filter(({ required }) => required).map(({ name, values }) => [name, values[0]]));
  const others = choices.flatMap(({ name, values, required }) =>
    values.slice(required ? 1 : 0).map((value) => ({ ...base, [name]: value })),
  );
  return [base, ...others];
}

/** Asked for by paged-fields.ts. */
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
