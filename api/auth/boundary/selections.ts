import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';

/** Selections that together read everything of a type down to `depth` objects: its values once, then each of its objects. A connection is one
 *  step. Fields with required arguments are left out: what they hang on is asked for itself. */
export function selectionsOf(schema: GraphQLSchema, type: GraphQLNamedType, depth: number): string[] {
  if (isLeafType(type)) return [''];
  if (isAbstractType(type)) return perMember(schema, schema.getPossibleTypes(type), depth);
  if (!isObjectType(type)) throw new Error(`an answer must be a value or an object, got ${type.name}`);
  const values = leaves(type);
  const objects = composites(type).map((field) => `${values} ${nested(schema, field, depth - 1)}`);
  return [values, ...objects].map((selection) => `{ __typename ${selection} }`);
}

/** Members of a union that are errors are read whole each time; of the others one selection after the other. */
function perMember(schema: GraphQLSchema, members: readonly GraphQLObjectType[], depth: number): string[] {
  const isError = (member: GraphQLObjectType): boolean => member.getInterfaces().some(({ name }) => name === 'Error');
  const error = members.some(isError) ? '... on Error { code message hint }' : '';
  return members
    .filter((member) => !isError(member))
    .flatMap((member) =>
      selectionsOf(schema, member, depth).map((selection) => `{ __typename ${error} ... on ${member.name} ${selection} }`),
    );
}

function nested(schema: GraphQLSchema, field: GraphQLField<unknown, unknown>, depth: number): string {
  const type = getNamedType(field.type);
  if (isAbstractType(type)) return `${field.name} { __typename }`;
  if (!isObjectType(type)) return field.name;
  if (type.name.endsWith('Connection')) return `${field.name}(first: 5) ${connection(schema, type, depth)}`;
  const deeper = depth > 0 ? composites(type).map((inner) => nested(schema, inner, depth - 1)) : [];
  return `${field.name} { __typename ${leaves(type)} ${deeper.join(' ')} }`;
}

function connection(schema: GraphQLSchema, type: GraphQLObjectType, depth: number): string {
  const fields = type.getFields();
  const edge = getNamedType(fields.edges!.type) as GraphQLObjectType;
  const parts = Object.values(edge.getFields()).map((field) =>
    isLeafType(getNamedType(field.type)) ? field.name : nested(schema, field, depth - 1),
  );
  return `{ ${leaves(type)} edges { ${parts.join(' ')} } pageInfo { endCursor hasNextPage } }`;
}

const free = (type: GraphQLObjectType): GraphQLField<unknown, unknown>[] =>
  Object.values(type.getFields()).filter((field) => !field.args.some(isRequiredArgument));

const leaves = (type: GraphQLObjectType): string =>
  free(type)
    .filter((field) => isLeafType(getNamedType(field.type)))
    .map(({ name }) => name)
    .join(' ');

const composites = (type: GraphQLObjectType): GraphQLField<unknown, unknown>[] =>
  free(type).filter((field) => !isLeafType(getNamedType(field.type)));
