import { readFileSync } from 'node:fs';
import { complexityFromQuery } from '@pothos/plugin-complexity';
import { buildSchema, Kind, parse, typeFromAST } from 'graphql';
import { expect, test } from 'vitest';
import { smallestValue } from '../fuzz/smallest-value.ts';
import { OUR_OPERATIONS, readExamples, readOperations } from '../server/known-operations.ts';
import { COST_LIMIT } from './cost.ts';
import { schema } from './schema.ts';

const printed = buildSchema(readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8'));

/** Of every variable that a document takes a value; of pages the largest. */
function variablesOf(text: string): Record<string, unknown> {
  const operation = parse(text).definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION)!;
  const values = operation.variableDefinitions!.map(({ variable: { name }, type }) => {
    const required = type.kind === Kind.NON_NULL_TYPE;
    // biome-ignore lint/suspicious/noExplicitAny: the overloads of graphql tell kinds of nodes apart
    return [name.value, name.value === 'first' ? 100 : required ? smallestValue(typeFromAST(printed, type as any) as any) : null];
  });
  return Object.fromEntries(values);
}

const costOf = (text: string): number => complexityFromQuery(text, { schema, variables: variablesOf(text) }).complexity;

test('the dearest document of the clients costs less than a third of the limit', () => {
  const documents = [...readOperations(OUR_OPERATIONS).values(), ...readExamples().map((example) => example.text)];
  const costs = documents.map((text) => [/\b(?:query|mutation|subscription)\s+(\w+)/.exec(text)![1]!, costOf(text)] as const);
  costs.sort((a, b) => b[1] - a[1]);
  expect(costs[0]![1], `${costs[0]}`).toBeLessThan(COST_LIMIT / 3);
  // The limit is not so far off that it would bound nothing.
  expect(costs[0]![1], `${costs[0]}`).toBeGreaterThan(COST_LIMIT / 30);
});

test('a page costs its nodes, a page of pages their product, a page that nobody may have no more than the largest', () => {
  const page = (first: number): number => costOf(`{ runs(first: ${first}) { edges { node { pipeline { name } } } } }`);
  expect(page(100) - page(50)).toBe(50 * (page(11) - page(10)));
  expect(page(1_000_000)).toBe(page(100));
  expect(page(-5)).toBe(page(1));
  const pages = '{ runs(first: 100) { edges { node { tasks(first: 100) { edges { node { shard } } } } } } }';
  expect(costOf(pages)).toBeGreaterThan(10_000);
});

test('nodes cost as many times theirs as ids are given', () => {
  const nodes = (count: number): number =>
    complexityFromQuery('query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Sample { impact { samples } } } }', {
      schema,
      variables: { ids: Array.from({ length: count }, () => 'U2FtcGxlOjA=') },
    }).complexity;
  expect(nodes(10) - nodes(5)).toBe(5 * (nodes(1) - nodes(0)));
  expect(nodes(100)).toBeGreaterThan(COST_LIMIT);
});
