import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';
import type { Asked } from './asked.ts';
import { argumentInput, variants } from './variants.ts';

/** Selections that together read everything of a type down to `depth` objects: its values once, then each of its objects. A connection is one
 *  step. A field with required arguments is asked with each set of values that these may have. */
export function selectionsOf(schema: GraphQLSchema, type: GraphQLNamedType, depth: number, asked: Asked): string[] {
  if (isLeafType(type)) return [''];
  if (isAbstractType(type)) return perMember(schema, schema.getPossibleTypes(type), depth, asked);
  if (!isObjectType(type)) throw new Error(`an answer must be a value or an object, got ${type.name}`);
  const values = leaves(type);
  const objects = [
    ...composites(type).map((field) => `${values} ${nested(schema, field, depth - 1)}`),
    ...withArguments(type).flatMap((field) =>
      callsOf(field, asked).map((call) => `${values} ${nested(schema, field, depth - 1, call)}`),
    ),
  ];
  return [values, ...objects].map((selection) => `{ __typename ${selection} }`);
}

/** Members of a union that are errors are read whole each time; of the others one selection after the other. */
function perMember(schema: GraphQLSchema, members: readonly GraphQLObjectType[], depth: number, asked: Asked): string[] {
  const isError = (member: GraphQLObjectType): boolean => member.getInterfaces().some(({ name }) => name === 'Error');
  const error = members.some(isError) ? '... on Error { code message hint }' : '';
  return members
    .filter((member) => !isError(member))
    .flatMap((member) =>
      selectionsOf(schema, member, depth, asked).map((selection) => `{ __typename ${error} ... on ${member.name} ${selection} }`),
    );
}

function nested(schema: GraphQLSchema, field: GraphQLField<unknown, unknown>, depth: number, call = field.name): string {
  const type = getNamedType(field.type);
  if (isAbstractType(type)) return `${call} { __typename }`;
  if (!isObjectType(type)) return call;
  if (type.name.endsWith('Connection')) return `${field.name}(first: 5) ${connection(schema, type, depth)}`;
  const deeper = depth > 0 ? composites(type).map((inner) => nested(schema, inner, depth - 1)) : [];
  return `${call} { __typename ${leaves(type)} ${deeper.join(' ')} }`;
}

export function connection(schema: GraphQLSchema, type: GraphQLObjectType, depth: number): string {
  const fields = type.getFields();
  const edge = getNamedType(fields.edges!.type) as GraphQLObjectType;
  const parts = Object.values(edge.getFields()).map((field) =>
    isLeafType(getNamedType(field.type)) ? field.name : nested(schema, field, depth - 1),
  );
  return `{ ${leaves(type)} edges { ${parts.join(' ')} } pageInfo { endCursor hasNextPage } }`;
}

const free = (type: GraphQLObjectType): GraphQLField<unknown, unknown>[] =>
  Object.values(type.getFields()).filter((field) => !field.args.some(isRequiredArgument));

const withArguments = (type: GraphQLObjectType): GraphQLField<unknown, unknown>[] =>
  Object.values(type.getFields()).filter((field) => field.args.some(isRequiredArgument));

const callsOf = (field: GraphQLField<unknown, unknown>, asked: Asked): string[] =>
  variants(field.name, field.args.map(argumentInput), asked).map((values) => callOf(field, values));

/** A field with its arguments, written out. */
export function callOf(
  field: GraphQLField<unknown, unknown>,
  values: Record<string, unknown>,
  more: readonly string[] = [],
): string {
  const given = field.args.filter(({ name }) => name in values);
  return `${field.name}(${[...given.map(({ name, type }) => `${name}: ${literal(values[name], getNamedType(type))}`), ...more].join(', ')})`;
}

/** A value as GraphQL writes it: names without quotes, of enums too. */
function literal(value: unknown, type: GraphQLNamedType): string {
  if (isEnumType(type)) return String(value);
  if (Array.isArray(value)) return `[${value.map((each) => literal(each, type)).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = isInputObjectType(type) ? type.getFields() : {};
  const parts = Object.entries(value).map(
    ([name, each]) => `${name}: ${literal(each, fields[name] ? getNamedType(fields[name].type) : type)}`,
  );
  return `{${parts.join(', ')}}`;
}

const leaves = (type: GraphQLObjectType): string =>
  free(type)
    .filter((field) => isLeafType(getNamedType(field.type)))
    .map(({ name }) => name)
    .join(' ');

const composites = (type: GraphQLObjectType): GraphQLField<unknown, unknown>[] =>
  free(type).filter((field) => !isLeafType(getNamedType(field.type)));
