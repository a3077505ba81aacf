import { type GraphQLInputType, isEnumType, isInputObjectType, isListType, isNonNullType, isRequiredInputField } from 'graphql';

/** A value that a type accepts, with nothing in it that need not be. */
export function smallestValue(type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return smallestValue(type.ofType);
  if (isListType(type)) return [];
  if (isEnumType(type)) return type.getValues()[0]!.name;
  if (isInputObjectType(type)) {
    const required = Object.values(type.getFields()).filter(isRequiredInputField);
    return Object.fromEntries(required.map((field) => [field.name, smallestValue(field.type)]));
  }
  return SCALARS[type.name] ?? null;
}

const SCALARS: Record<string, unknown> = {
  Int: 1,
  Float: 0.5,
  Boolean: true,
  String: 'x',
  ID: 'x',
  JSON: {},
  Digest: '0'.repeat(64),
  DateTime: '2026-01-01T00:00:00Z',
  EventCursor: '0-0',
};
