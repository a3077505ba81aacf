import { OperationTypeNode } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ClientDocument, clientDocuments } from './statements/client-documents.ts';
import { type GrownHouse, startGrownHouse } from './statements/grown-house.ts';
import { realisticVariables } from './statements/realistic-variables.ts';

const ROUNDS = [2, 20, 100];

/** They change each run for itself, at most 1,000 in one request: so many statements for each. */
const PER_RUN = new Map([
  ['CancelRuns', 9],
  ['ResumeRuns', 15],
]);

/** A loader gathers what is asked for within a turn of the event loop. Where parts of an answer ask the same a turn apart it comes to one
 *  statement more; a statement a row would come to eight at least. */
const SLACK = 3;

let house: GrownHouse;
/** By operation: how many statements in each round. */
const counts = new Map<string, number[]>();
/** By operation: how many that differ, in the last round. */
const different = new Map<string, number>();
/** By operation: how long its answer was. */
const lengths = new Map<string, number[]>();
/** Runs that PER_RUN changes, by round. */
const changed: number[] = [];
const failed: string[] = [];

beforeAll(async () => {
  house = await startGrownHouse();
  const documents = await clientDocuments();
  for (const rows of ROUNDS) {
    const round = await house.grow(rows);
    changed.push(round.bulk.runs);
    for (const document of documents) {
      const variables = await realisticVariables(document, round, house);
      const { text, statements } = await house.ask(document.text, variables, acceptOf(document));
      if (isRefused(text)) failed.push(`${document.name} ${JSON.stringify(variables)}: ${text.slice(0, 500)}`);
      different.set(document.name, new Set(statements).size);
      counts.set(document.name, [...(counts.get(document.name) ?? []), statements.length]);
      lengths.set(document.name, [...(lengths.get(document.name) ?? []), text.length]);
    }
  }
}, 1_800_000);
afterAll(() => house?.stop());

const acceptOf = ({ operation }: ClientDocument): string =>
  operation.operation === OperationTypeNode.SUBSCRIPTION ? 'text/event-stream' : 'application/json';

/** Nothing came of it, or one of the named errors. */
const isRefused = (text: string): boolean => /^(data: )?{"data":({"\w+":)?(null|{"code":)|"errors":\[/m.test(text);

test('every operation of the clients is answered', () => {
  expect(failed).toEqual([]);
});

test('no operation takes more statements for a page of twenty or a hundred than for one of two', () => {
  const grown = [...counts].filter(([name, [two, ...more]]) => !PER_RUN.has(name) && Math.max(...more) > two! + SLACK);
  expect(grown).toEqual([]);
});

test('so many different statements each operation takes, and which of them have told of many rows', () => {
  const taken = [...different].map(([name, of]) => {
    const [first, last] = [lengths.get(name)![0]!, lengths.get(name)!.at(-1)!];
    const most = PER_RUN.has(name) ? `${PER_RUN.get(name)} a run` : String(of);
    return [name, last > 2 * first ? `${most}, many rows` : most];
  });
  expect(Object.fromEntries(taken)).toMatchSnapshot();
});

test('what is done to many runs takes so many statements for each', () => {
  for (const [name, most] of PER_RUN) {
    const [one, , many] = counts.get(name)!;
    expect((many! - one!) / (changed[2]! - changed[0]!), name).toBeLessThanOrEqual(most);
  }
});
