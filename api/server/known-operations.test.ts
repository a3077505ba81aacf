import { readFileSync } from 'node:fs';
import { buildSchema, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { operationNames, readExamples } from './known-operations.ts';

const schema = buildSchema(readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8'));

test.each(readExamples())('$name asks for what the API has, with variables that are JSON', ({ text, variables }) => {
  expect(validate(schema, parse(text)).map((error) => error.message)).toEqual([]);
  if (variables !== null) expect(JSON.parse(variables)).toBeTypeOf('object');
});

test('names of operations are those of the clients and the examples, nothing that a client makes up', () => {
  expect([...operationNames()]).toEqual(expect.arrayContaining(['SampleUp', 'RunsWithProgress', 'FollowEvents']));
});
