import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type FieldDefinitionNode, type InputValueDefinitionNode, Kind, parse, print, type TypeNode } from 'graphql';
import { expect, test } from 'vitest';

/** What the API must have: names and semantics are decided there, fields may be added. It leaves some types open. */
const sketch = path.resolve(process.env.HOPLINE_SHARED ?? '../shared', 'schema-sketch.graphql');

const read = (file: string | URL) => parse(readFileSync(file, 'utf8'), { noLocation: true });

type Definition = ReturnType<typeof read>['definitions'][number];
const nameOf = (definition: Definition): string => ('name' in definition ? (definition.name?.value ?? '') : '');

/** Whether a value of one type is always one of the other: the same names and lists, and null only where the other has it. */
function fits(type: TypeNode, into: TypeNode): boolean {
  if (into.kind === Kind.NON_NULL_TYPE) return type.kind === Kind.NON_NULL_TYPE && fits(type.type, into.type);
  if (type.kind === Kind.NON_NULL_TYPE) return fits(type.type, into);
  if (type.kind === Kind.LIST_TYPE) return into.kind === Kind.LIST_TYPE && fits(type.type, into.type);
  return into.kind === Kind.NAMED_TYPE && type.name.value === into.name.value;
}

function missingFields(owner: string, wanted: readonly FieldDefinitionNode[], found: readonly FieldDefinitionNode[]): string[] {
  return wanted.flatMap((field) => {
    const ours = found.find((each) => each.name.value === field.name.value);
    const name = `${owner}.${field.name.value}`;
    if (!ours) return [name];
    const type = fits(ours.type, field.type) ? [] : [`${name} must be ${print(field.type)}, got ${print(ours.type)}`];
    return [...type, ...missingArguments(name, field.arguments ?? [], ours.arguments ?? [])];
  });
}

/** What is written for the sketch must be accepted: our argument takes its type, and none that it doesn't have is required. */
function missingArguments(
  owner: string,
  wanted: readonly InputValueDefinitionNode[],
  found: readonly InputValueDefinitionNode[],
): string[] {
  const lacking = wanted.flatMap((argument) => {
    const ours = found.find((each) => each.name.value === argument.name.value);
    const name = `${owner}(${argument.name.value})`;
    if (!ours) return [name];
    return fits(argument.type, ours.type) || (argument.defaultValue && fits(ours.type, argument.type))
      ? []
      : [`${name} must take ${print(argument.type)}, got ${print(ours.type)}`];
  });
  const required = found.filter(
    (ours) =>
      ours.type.kind === Kind.NON_NULL_TYPE && !ours.defaultValue && !wanted.some((each) => each.name.value === ours.name.value),
  );
  return [...lacking, ...required.map((ours) => `${owner}(${ours.name.value}) must not be required`)];
}

function missing(wanted: Definition, found: Definition | undefined): string[] {
  const name = nameOf(wanted);
  if (!found) return [name];
  if (found.kind !== wanted.kind) return [`${name} must be a ${wanted.kind}, got ${found.kind}`];
  switch (wanted.kind) {
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_DEFINITION: {
      const ours = found as typeof wanted;
      const interfaces = (wanted.interfaces ?? []).filter(
        (each) => !ours.interfaces?.some((own) => own.name.value === each.name.value),
      );
      return [
        ...interfaces.map((each) => `${name} implements ${each.name.value}`),
        ...missingFields(name, wanted.fields ?? [], ours.fields ?? []),
      ];
    }
    case Kind.INPUT_OBJECT_TYPE_DEFINITION:
      return missingArguments(name, wanted.fields ?? [], (found as typeof wanted).fields ?? []);
    case Kind.ENUM_TYPE_DEFINITION: {
      const values = new Set((found as typeof wanted).values?.map((value) => value.name.value));
      return (wanted.values ?? []).flatMap(({ name: { value } }) => (values.has(value) ? [] : [`${name}.${value}`]));
    }
    default:
      return [];
  }
}

test.skipIf(!existsSync(sketch))(
  'the API has everything of the sketch: types, fields, arguments, no null where it has none',
  () => {
    const ours = read(new URL('../schema.graphql', import.meta.url));
    const found = new Map(ours.definitions.map((definition) => [nameOf(definition), definition]));
    const problems = read(sketch).definitions.flatMap((definition) => missing(definition, found.get(nameOf(definition))));
    expect(problems).toEqual([]);
  },
);

/** What the sketch says in its comments, of types that it leaves open. */
const SAID: Record<string, string[]> = {
  LaunchRunResult: [
    'LaunchRunSuccess',
    'InvalidParams',
    'PipelineNotFound',
    'DatasetMissing',
    'ModelMissing',
    'IdempotencyConflict',
    'Forbidden',
  ],
  ResumeRunResult: ['RunNotResumable'],
  Pipeline: ['name', 'version', 'params', 'nodes', 'edges'],
  PlannedNode: ['cached', 'toMake', 'firstDifference', 'predictedDeviceSeconds'],
  Progress: ['done', 'cached', 'failed', 'total', 'samplesPerSecond', 'etaSeconds', 'deviceSeconds'],
  RunNode: ['name', 'kind', 'dependsOn', 'state', 'total', 'done', 'startedAt', 'finishedAt', 'error'],
  Metric: ['checkpoint'],
  CurvePoint: ['checkpoint', 'epoch', 'value'],
  Failure: ['cause', 'count', 'example'],
  WhatIf: ['keptNow', 'keptThen', 'gained', 'lost', 'groups'],
  SampleEdge: ['depth'],
  Derivation: ['step', 'params', 'models', 'task', 'worker', 'device', 'startedAt', 'seconds'],
  Score: ['teacher', 'source', 'loss', 'rank'],
  Decision: ['node', 'kept', 'rank', 'threshold', 'reason'],
  RetractInput: ['sample', 'model', 'dataset', 'prompt', 'dryRun'],
};

test('and what it says in comments: members of unions, fields of types that it leaves open', () => {
  const ours = new Map(read(new URL('../schema.graphql', import.meta.url)).definitions.map((each) => [nameOf(each), each]));
  const namesIn = (type: Definition | undefined): string[] => {
    if (type?.kind === Kind.UNION_TYPE_DEFINITION) return (type.types ?? []).map(({ name }) => name.value);
    return type && 'fields' in type ? (type.fields ?? []).map(({ name }) => name.value) : [];
  };
  for (const [name, said] of Object.entries(SAID))
    expect([name, ...namesIn(ours.get(name))]).toEqual(expect.arrayContaining(said));
});

if (!existsSync(sketch)) console.warn('skipped: schema-sketch.graphql is not there; set HOPLINE_SHARED');

test('a weaker type, a missing field and an argument that is required too much are found', () => {
  const [wanted] = parse('type A { a(x: Int): [B!]!  b: Int }', { noLocation: true }).definitions;
  const [weak] = parse('type A { a(x: Int!, y: Int!): [B]! }', { noLocation: true }).definitions;
  expect(missing(wanted!, weak)).toEqual([
    'A.a must be [B!]!, got [B]!',
    'A.a(x) must take Int, got Int!',
    'A.a(y) must not be required',
    'A.b',
  ]);
  expect(missing(wanted!, parse('type A { a(x: Int, y: Int): [B!]!  b: Int!  c: Int }').definitions[0])).toEqual([]);
});
