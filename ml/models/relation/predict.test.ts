import { beforeAll, describe, expect, test } from 'vitest';
import { averageLogProbabilities } from './log-probabilities.ts';
import { openStudent } from './open-student.ts';
import { openStudentPredictor, type PredictItem, type StudentPredictor } from './open-student-predictor.ts';
import { standInPool } from './stand-in-pool.ts';
import { trainAllEpochs } from './train-all-epochs.ts';

const SEED = '5c'.repeat(32);
const pool = standInPool(100, 4, 9);
const items: PredictItem[] = pool.map((item) => ({ text: item.text, real: [item.real], synthetic: item.views }));

describe('a trained student', () => {
  let student: StudentPredictor;

  beforeAll(async () => {
    const schedule = { steps: 60, stepsPerEpoch: 60 };
    const state = await trainAllEpochs(await openStudent({ classes: 4, ...schedule, views: 4 }), schedule, SEED, pool);
    student = openStudentPredictor(state, { classes: 4 });
  });

  test('log-probabilities sum to one', async () => {
    for (const row of await student.predict(items, 'real+synthetic')) {
      expect(row.reduce((sum, value) => sum + Math.exp(value), 0)).toBeCloseTo(1, 9);
    }
  });

  test('the order of the views does not matter', async () => {
    const turned = items.map((item) => ({ ...item, synthetic: [...item.synthetic].reverse() }));
    expectClose(await student.predict(turned, 'synthetic'), await student.predict(items, 'synthetic'));
    expectClose(await student.predict(turned, 'tda'), await student.predict(items, 'tda'));
  });

  test('views that are absent do not matter: an item reads the same beside one with more views', async () => {
    const fewer = items.map((item, at) => (at === 0 ? item : { ...item, synthetic: item.synthetic.slice(0, 1) }));
    const alone = fewer.map((item) => ({ ...item, synthetic: item.synthetic.slice(0, 1) }));
    const [mixed, plain] = [await student.predict(fewer, 'synthetic'), await student.predict(alone, 'synthetic')];
    expectClose(mixed.slice(1), plain.slice(1));
  });

  test('neighbours in a batch and its place in it do not change a row by a bit', async () => {
    const all = await student.predict(items, 'real');
    const backwards = await student.predict([...items].reverse(), 'real');
    expect(backwards.reverse()).toEqual(all);
  });

  test('the text mode ignores pictures', async () => {
    const blind = items.map((item) => ({ ...item, real: [], synthetic: [] }));
    expect(await student.predict(items, 'text')).toEqual(await student.predict(blind, 'text'));
  });

  test('without a view of the mode an item is read as text', async () => {
    const blind = items.map((item) => ({ ...item, real: [] }));
    expectClose(await student.predict(blind, 'real'), await student.predict(items, 'text'));
  });

  test('a floor weight of one leaves the real view alone', async () => {
    expectClose(await student.predict(items, 'real+synthetic', { floorWeight: 1 }), await student.predict(items, 'real'));
  });

  test('tda is the mean of the single views', async () => {
    const singles = await Promise.all(
      [0, 1, 2, 3, -1].map((place) =>
        student.predict(
          items.map((item) => ({ ...item, real: place < 0 ? item.real : [item.synthetic[place]!] })),
          'real',
        ),
      ),
    );
    const expected = items.map((_, at) => averageLogProbabilities(singles.map((rows) => rows[at]!)));
    expectClose(await student.predict(items, 'tda'), expected);
  });
});

function expectClose(found: number[][], expected: number[][]): void {
  expect(found.length).toBe(expected.length);
  for (const [at, row] of found.entries())
    for (const [index, value] of row.entries()) expect(value).toBeCloseTo(expected[at]![index]!, 4);
}
