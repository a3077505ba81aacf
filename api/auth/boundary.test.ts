import { readFileSync } from 'node:fs';
import { buildSchema, type GraphQLObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Asked, NOWHERE, withoutAsked } from './boundary/asked.ts';
import { type BoundaryHouse, startBoundaryHouse } from './boundary/boundary-house.ts';
import { valuesOf } from './boundary/lessons.ts';
import { pagedFields, pageQuestions } from './boundary/paged-fields.ts';
import { type Operation, questionsOf } from './boundary/questions.ts';

/** A token of one project can't read or infer another's things. Every field of `api/schema.graphql` is asked: a new one can't be forgotten. */
const schema = buildSchema(readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8'));
const fieldsOf = (type: GraphQLObjectType | null | undefined) => Object.values(type?.getFields() ?? {});
const queries = fieldsOf(schema.getQueryType());
const mutations = fieldsOf(schema.getMutationType());
const subscriptions = fieldsOf(schema.getSubscriptionType());

let house: BoundaryHouse;
beforeAll(async () => {
  house = await startBoundaryHouse();
});
afterAll(() => house?.stop());

async function answer(
  token: string,
  question: { query: string; variables: object },
  accept = 'application/json',
): Promise<string> {
  const { query, variables } = question;
  return (await house.send(token, '/graphql', { query, variables }, { accept })).text();
}

/** Asks the same of their things and of nothing, as `token`: the answers must not differ, nor say anything of theirs. */
async function expectNothing(
  operation: Operation,
  field: (typeof queries)[number],
  secrets: readonly string[],
  token: string,
): Promise<void> {
  const accept = operation === 'subscription' ? 'text/event-stream' : 'application/json';
  const unknown = questionsOf(schema, operation, field, { ...NOWHERE, own: house.ourRun });
  for (const [at, question] of questionsOf(schema, operation, field, house.theirs).entries()) {
    const seen = async (asked: Asked, of: { query: string; variables: object }): Promise<string> =>
      withoutAsked(await answer(token, of, accept), asked, of.variables);
    const [ofTheirs, ofNothing] = [await seen(house.theirs, question), await seen(NOWHERE, unknown[at]!)];
    const told = `${question.query} ${JSON.stringify(question.variables)}`;
    expect(ofTheirs, told).not.toMatch(/GRAPHQL_VALIDATION_FAILED|QUERY_TOO_LARGE|BAD_USER_INPUT|INTERNAL|Cannot query|Unknown/);
    expect(
      secrets.filter((secret) => ofTheirs.includes(secret)),
      told,
    ).toEqual([]);
    // A mutation that names nothing of theirs may well do something to ours, once.
    const same = JSON.stringify(question.variables) === JSON.stringify(unknown[at]!.variables);
    if (operation !== 'mutation' || !same) expect(withoutNew(ofTheirs), told).toBe(withoutNew(ofNothing));
  }
}

/** Ids of runs and tokens that the question itself has made. */
const withoutNew = (text: string): string =>
  text
    .replace(/\br[0-9a-z]{14}\b/g, 'RUN')
    .replace(/"(?:id|tokenId|secret|endCursor|cursor|eventCursor)":"[^"]*"/g, '"ID"')
    .replace(/hop_[\w-]{43}/g, 'SECRET');

/** Of these there is nothing, so there are no cursors. */
const EMPTY = new Set(['Query.models', 'Run.failures', 'VerificationReport.mismatches']);

describe('as a token of another project', () => {
  test.each(queries.map((field) => [field.name, field] as const))('query %s', (_name, field) =>
    expectNothing('query', field, house.secrets, house.tokens.ours),
  );

  test.each(subscriptions.map((field) => [field.name, field] as const))('subscription %s', (_name, field) =>
    expectNothing('subscription', field, house.secrets, house.tokens.ours),
  );

  test.each(mutations.map((field) => [field.name, field] as const))(
    'mutation %s, which also changes nothing',
    async (_name, field) => {
      const state = async (): Promise<unknown> => [
        await house.services.db.query('SELECT * FROM run WHERE id = $1', [house.theirs.run]),
        await house.services.db.query('SELECT * FROM token WHERE id = $1', [house.theirs.token]),
        await house.services.db.query('SELECT count(*) FROM event WHERE run_id = $1', [house.theirs.run]),
      ];
      const before = await state();
      await expectNothing('mutation', field, house.secrets, house.tokens.ours);
      expect(await state()).toEqual(before);
    },
  );

  test.each(pagedFields(schema))(
    'a page of %s goes on behind a cursor of theirs as behind that of nobody',
    async (name, type, field) => {
      const ourSample = await answer(house.tokens.ours, {
        query:
          'query ($run: ID!) { samples(filter: { runId: $run, node: "hop1" }, first: 1) { edges { node { key rootKey } } } }',
        variables: { run: house.ourRun },
      });
      const { key: sample, rootKey: root } = JSON.parse(ourSample).data.samples.edges[0].node as { key: string; rootKey: string };
      const [ofNobody, ofOurs] = [NOWHERE, { ...NOWHERE, run: house.ourRun, sample, root }].map((asked) =>
        pageQuestions(schema, type, field, asked),
      ) as [string[], string[]];
      const cursors = new Set<string>();
      for (const [at, query] of pageQuestions(schema, type, field, house.theirs).entries()) {
        const page = await answer(house.tokens.owner, { query, variables: {} });
        const after = /"endCursor":"([^"]+)"/.exec(page)?.[1];
        if (after === undefined) continue;
        cursors.add(after);
        const ask = (text: string, variables: object) => answer(house.tokens.ours, { query: text, variables });
        // A cursor belongs to its filter, so a question about nothing begins at the beginning: the answer is empty anyway.
        const same = query === ofNobody[at];
        const seen = await ask(query, { after });
        const unknown = await ask(ofNobody[at]!, same ? { after } : {});
        const own = await ask(ofOurs[at]!, { after });
        const told = `${query} ${after}`;
        // What the question names it may be told again.
        const named = { query, after };
        expect(withoutNew(withoutAsked(seen, house.theirs, named)), told).toBe(
          withoutNew(withoutAsked(unknown, NOWHERE, { query: ofNobody[at], after })),
        );
        for (const text of [seen, own]) {
          expect(text, told).not.toMatch(/INTERNAL|GRAPHQL_VALIDATION_FAILED/);
          const struck = withoutAsked(text, house.theirs, named);
          expect(
            house.secrets.filter((secret) => struck.includes(secret)),
            told,
          ).toEqual([]);
        }
      }
      expect(cursors.size > 0 || EMPTY.has(name), `${name} must have a page to go on behind`).toBe(true);
    },
  );

  test('objects and pictures by HTTP are as missing as those that are nowhere', async () => {
    const paths = (asked: Asked): string[] => [
      ...[asked.artifact, asked.plan].map((digest) => `/artifacts/${digest}`),
      ...[asked.sample, asked.root].map((key) => `/samples/${key}/image`),
    ];
    const seen = async (asked: Asked, path: string): Promise<unknown> => {
      const response = await house.send(house.tokens.ours, path);
      return [response.status, withoutAsked(await response.text(), asked, { path })];
    };
    const nowhere = paths(NOWHERE);
    for (const [at, path] of paths(house.theirs).entries())
      expect(await seen(house.theirs, path)).toEqual(await seen(NOWHERE, nowhere[at]!));
    for (const key of house.pictures) {
      expect((await house.send(house.tokens.ours, `/samples/${key}/image`)).status).toBe(404);
      expect((await house.send(house.tokens.theirs, `/samples/${key}/image`)).status).toBe(200);
    }
  });

  test("a prefix that is one of ours is found, whatever others' keys begin alike", async () => {
    const { db } = house.services;
    const [own] = await db.query<{ id: number; key: string }>(
      'SELECT s.id, s.key FROM sample s JOIN node_sample m ON m.sample_id = s.id JOIN node n ON n.id = m.node_id WHERE n.run_id = $1 LIMIT 1',
      [house.ourRun],
    );
    const alike = `${own!.key.slice(0, 60)}${own!.key.endsWith('0000') ? '1111' : '0000'}`;
    const [copy] = await db.query<{ id: number }>(
      `INSERT INTO sample (key, content_digest, medium, root_key, chain, depth, hop, bytes)
       SELECT $2, content_digest, medium, root_key, chain, depth, hop, bytes FROM sample WHERE id = $1 RETURNING id`,
      [own!.id, `\\x${alike}`],
    );
    await db.query(
      `INSERT INTO node_sample (node_id, ordinal, sample_id) SELECT id, 5000, $2 FROM node WHERE run_id = $1 AND name = 'hop1'`,
      [house.theirs.run, copy!.id],
    );
    const query = 'query ($prefix: String!) { sampleByPrefix(prefix: $prefix) { key } }';
    const variables = { prefix: own!.key.slice(0, 12) };
    expect(await answer(house.tokens.ours, { query, variables })).toBe(
      JSON.stringify({ data: { sampleByPrefix: { key: own!.key } } }),
    );
    expect(await answer(house.tokens.owner, { query, variables })).toContain('SAMPLE_AMBIGUOUS');
  });
});

describe('as a token of a project that reuses a sample of theirs', () => {
  const ofSample = queries.filter(({ name }) => ['node', 'sample', 'sampleByPrefix', 'samples', 'impact'].includes(name));
  test.each(ofSample.map((field) => [field.name, field] as const))(
    'query %s tells of the sample, and nothing of who made it',
    async (_name, field) => {
      let found = false;
      for (const question of questionsOf(schema, 'query', field, house.theirs)) {
        const text = await answer(house.tokens.heirs, question);
        found ||= text.includes(house.inherited);
        const seen = withoutAsked(text, house.theirs, question.variables);
        expect(
          house.beyondHeirs.filter((secret) => seen.includes(secret)),
          `${question.query} ${JSON.stringify(question.variables)} ${text}`,
        ).toEqual([]);
      }
      if (['node', 'sample', 'sampleByPrefix'].includes(field.name)) expect(found).toBe(true);
    },
  );
});

describe('as the owner, and as a token of theirs', () => {
  test.each(['owner', 'theirs'] as const)('%s finds what the questions are about', async (who) => {
    const asked = async (name: string): Promise<string> => {
      const field = queries.find((query) => query.name === name)!;
      return answer(house.tokens[who], questionsOf(schema, 'query', field, house.theirs)[0]!);
    };
    expect(await asked('run')).toContain(house.theirs.run);
    expect(await asked('sample')).toContain(house.theirs.sample);
    expect(await asked('sampleByPrefix')).toContain(house.theirs.sample);
    expect(await asked('workers')).toContain('shared/1');
    expect((await house.send(house.tokens[who], `/artifacts/${house.theirs.artifact}`)).status).toBe(404);
  });
});

describe('scopes', () => {
  const askAs = async (token: string, field: (typeof queries)[number]): Promise<string> =>
    answer(token, questionsOf(schema, 'mutation', field, NOWHERE)[0]!);

  test.each(mutations.map((field) => [field.name, field] as const))(
    'mutation %s is refused to a token that may only read',
    async (_name, field) => {
      const text = await askAs(house.tokens.reader, field);
      expect(JSON.parse(text).data?.[field.name]).toMatchObject({
        __typename: 'Forbidden',
        code: 'FORBIDDEN',
        message: expect.stringContaining(
          `with scope ${/Token$/.test(field.name) ? 'admin' : 'operate'}, got a token with scope read`,
        ),
      });
    },
  );

  test.each(['createToken', 'revokeToken'])('mutation %s is refused to a token that may only operate', async (name) => {
    const text = await askAs(house.tokens.operator, mutations.find((field) => field.name === name)!);
    expect(text).toMatch(/"code":"FORBIDDEN".*scope admin, got a token with scope operate/);
  });

  test('a query that needs more is refused with the scope that it needs', async () => {
    const text = await answer(house.tokens.operator, { query: '{ tokens { edges { node { name } } } }', variables: {} });
    expect(JSON.parse(text).errors[0]).toMatchObject({
      message: 'Query.tokens must be asked with scope admin, got a token with scope operate',
      extensions: { code: 'FORBIDDEN' },
    });
  });
});

test('an argument that nobody has taught the test is named, with what to do', () => {
  expect(() => valuesOf({ owner: 'Query', name: 'mystery', type: 'String' }, NOWHERE)).toThrow(
    /lessons.ts must know what `Query.mystery: String` names/,
  );
});
