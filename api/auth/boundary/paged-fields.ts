import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';
import type { Asked } from './asked.ts';
import { callOf, connection } from './selections.ts';
import { argumentInput, variants } from './variants.ts';

/** How a question gets to a type whose fields have pages. `%` is the place of the field. */
const WAYS: Record<string, (asked: Asked) => string[]> = {
  Query: () => ['{ % }'],
  Run: ({ run }) => [`{ run(id: "${run}") { % } }`],
  Sample: ({ sample, root }) => [sample, root].map((key) => `{ sample(key: "${key}") { % } }`),
  WhatIf: ({ run }) =>
    [1000, -1000].map((threshold) => `{ run(id: "${run}") { whatIf(node: "keep", rule: {threshold: ${threshold}}) { % } } }`),
  VerificationReport: ({ run }) => [`{ run(id: "${run}") { verification { % } } }`],
};

type Field = GraphQLField<unknown, unknown>;

/** Every field of the schema that takes a cursor, by its coordinate. */
export function pagedFields(schema: GraphQLSchema): [coordinate: string, type: GraphQLObjectType, field: Field][] {
  const types = Object.values(schema.getTypeMap()).filter(isObjectType);
  return types.flatMap((type) =>
    Object.values(type.getFields())
      .filter((field) => field.args.some(isCursor))
      .map((field): [string, GraphQLObjectType, Field] => [`${type.name}.${field.name}`, type, field]),
  );
}

const isCursor = ({ name, type }: GraphQLArgument): boolean => name === 'after' && String(type) === 'String';

/** The ways to ask for a page of one thing about somebody's things, in the same order whoever's they are. `$after` is a variable.
 *  @throws saying what to teach, for a type that nobody has told the way to */
export function pageQuestions(schema: GraphQLSchema, type: GraphQLObjectType, field: Field, asked: Asked): string[] {
  const ways = WAYS[type.name];
  if (!ways) throw new Error(`api/auth/boundary/paged-fields.ts must know the way to ${type.name}.${field.name}: add it to WAYS`);
  const required = field.args.filter(isRequiredArgument);
  const connectionType = getNamedType(field.type) as GraphQLObjectType;
  const pages = variants(field.name, required.map(argumentInput), asked).map(
    (values) => `${callOf(field, values, ['first: 1', 'after: $after'])} ${connection(schema, connectionType, 0)}`,
  );
  return ways(asked).flatMap((way) => pages.map((page) => `query ($after: String) ${way.replace('%', page)}`));
}
