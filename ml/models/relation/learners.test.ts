import { beforeAll, describe, expect, test } from 'vitest';
import { foldOf } from './folds.ts';
import { gateWeight } from './gate-weight.ts';
import { loadLearner } from './learner-state.ts';
import { openStudent } from './open-student.ts';
import { openStudentPredictor, type PredictItem } from './open-student-predictor.ts';
import { openTeacher } from './open-teacher.ts';
import { openTeacherPredictor } from './open-teacher-predictor.ts';
import { openTextLearner } from './open-text-learner.ts';
import type { RelationItem } from './relation-item.ts';
import { type StandInInstance, standInPool } from './stand-in-pool.ts';
import { trainAllEpochs } from './train-all-epochs.ts';

const CLASSES = 4;
const SEED = 'ab'.repeat(32);
const train = standInPool(300, 8, 1);
const held = standInPool(400, 4, 2);
const asText = (items: readonly RelationItem[]): PredictItem[] => items.map(({ text }) => ({ text, real: [], synthetic: [] }));

describe('on a made-up pool', () => {
  let weights: number[];
  let order: number[][];

  beforeAll(async () => {
    const schedule = { steps: 250, stepsPerEpoch: 125 };
    const gate = await trainAllEpochs(await openTextLearner({ classes: CLASSES, ...schedule, folds: 2 }), schedule, SEED, train);
    const byFold = await Promise.all(
      [0, 1].map((fold) => openStudentPredictor(gate, { classes: CLASSES, fold }).predict(asText(train), 'text')),
    );
    weights = train.map((item, at) => gateWeight(Math.exp(byFold[foldOf(item.group, 2)]![at]![item.label]!), CLASSES));
    const weighted = train.map((item, at) => ({ ...item, weight: weights[at]! }));
    const teacher = await trainAllEpochs(await openTeacher({ classes: CLASSES, steps: 150 }), { steps: 150 }, SEED, weighted);
    const predictor = await openTeacherPredictor(teacher, { classes: CLASSES });
    order = [];
    for (const item of train) {
      const rows = await predictor.predict(item.views);
      order.push([...rows.keys()].sort((a, b) => rows[b]![item.label]! - rows[a]![item.label]!));
    }
    await predictor.close();
  });

  test('the gate opens for texts that state their relation and stays shut for the others', () => {
    const mean = (slice: string) => meanOf(train.flatMap((item, at) => (item.slice === slice ? [weights[at]!] : [])));
    expect(mean('explicit')).toBeGreaterThan(0.6);
    expect(mean('ambiguous')).toBeLessThan(0.2);
  });

  test('the teacher ranks views that show the label before those that do not', () => {
    const agreement = (at: (ranked: number[]) => number[]) =>
      meanOf(train.flatMap((item, i) => at(order[i]!).map((view) => (item.shows[view] ? 1 : 0))));
    const pool = agreement((ranked) => ranked);
    expect(agreement((ranked) => ranked.slice(0, 2))).toBeGreaterThan(pool + 0.2);
    expect(agreement((ranked) => ranked.slice(-2))).toBeLessThan(pool - 0.2);
  });

  test('students order worst < random < full < real on ambiguous texts', async () => {
    const accuracy = async (views: (item: StandInInstance, at: number) => Float32Array[]) => {
      const items = train.map((item, at) => ({ ...item, views: views(item, at) }));
      const schedule = { steps: 250, stepsPerEpoch: 125 };
      const most = Math.max(...items.map((item) => item.views.length));
      const state = await trainAllEpochs(
        await openStudent({ classes: CLASSES, ...schedule, views: most }),
        schedule,
        SEED,
        items,
      );
      const ambiguous = held.filter((item) => item.slice === 'ambiguous');
      const asked = ambiguous.map((item) => ({ text: item.text, real: [item.real], synthetic: item.views }));
      const rows = await openStudentPredictor(state, { classes: CLASSES }).predict(asked, 'real');
      return meanOf(ambiguous.map((item, at) => (rows[at]!.indexOf(Math.max(...rows[at]!)) === item.label ? 1 : 0)));
    };
    const worst = await accuracy((item, at) => order[at]!.slice(-2).map((view) => item.views[view]!));
    const random = await accuracy((item) => item.views.slice(0, 2));
    const full = await accuracy((item, at) => order[at]!.slice(0, 2).map((view) => item.views[view]!));
    const real = await accuracy((item) => [item.real]);
    expect(worst).toBeLessThan(random);
    expect(random).toBeLessThan(full - 0.1);
    expect(full).toBeLessThan(real);
  });

  test('the text-only learner reads explicit texts and guesses ambiguous ones', async () => {
    const schedule = { steps: 250, stepsPerEpoch: 125 };
    const state = await trainAllEpochs(await openTextLearner({ classes: CLASSES, ...schedule }), schedule, SEED, train);
    const rows = await openStudentPredictor(state, { classes: CLASSES }).predict(asText(held), 'text');
    const accuracy = (slice: string) =>
      meanOf(
        held.flatMap((item, at) =>
          item.slice === slice ? [rows[at]!.indexOf(Math.max(...rows[at]!)) === item.label ? 1 : 0] : [],
        ),
      );
    expect(accuracy('explicit')).toBeGreaterThan(0.85);
    expect(accuracy('ambiguous')).toBeLessThan(0.35);
  });
});

describe('epochs', () => {
  const few = train.slice(0, 80);
  const schedule = { steps: 8, stepsPerEpoch: 3 };
  const open = {
    text: openTextLearner,
    teacher: openTeacher,
    student: (o: Parameters<typeof openTextLearner>[0]) => openStudent({ ...o, views: 8 }),
  };

  test.each(['text', 'teacher', 'student'] as const)(
    'the %s goes on bit for bit from any checkpoint, in another trainer',
    async (kind) => {
      const whole = await trainAllEpochs(await open[kind]({ classes: CLASSES, ...schedule, folds: 2 }), schedule, SEED, few);
      const first = await open[kind]({ classes: CLASSES, ...schedule, folds: 2 });
      const halfway = (await first.epoch(first.init(SEED), 0, SEED, few)).state;
      await first.close();
      const second = await open[kind]({ classes: CLASSES, ...schedule, folds: 2, threads: 2 });
      let state: Uint8Array = new Uint8Array(halfway);
      for (const epoch of [1, 2]) state = (await second.epoch(state, epoch, SEED, [...few].reverse())).state;
      await second.close();
      expect(Buffer.from(state).equals(Buffer.from(whole))).toBe(true);
      expect(loadLearner(state).states[1]!.step).toBe(8);
    },
  );

  test('another seed trains another student', async () => {
    const other = 'cd'.repeat(32);
    const one = await trainAllEpochs(await open.student({ classes: CLASSES, ...schedule }), schedule, SEED, few);
    const two = await trainAllEpochs(await open.student({ classes: CLASSES, ...schedule }), schedule, other, few);
    expect(Buffer.from(one).equals(Buffer.from(two))).toBe(false);
  });

  test('words in the checkpoint survive training', async () => {
    const trainer = await openTextLearner({ classes: CLASSES, ...schedule });
    const { state } = await trainer.epoch(trainer.init(SEED, { labels: 'a b' }), 0, SEED, few);
    await trainer.close();
    expect(loadLearner(state).meta).toEqual({ labels: 'a b' });
  });

  test('no items are refused by name', async () => {
    const trainer = await openTextLearner({ classes: CLASSES, ...schedule });
    await expect(trainer.epoch(trainer.init(SEED), 0, SEED, [])).rejects.toMatchObject({ code: 'RELATION_ITEMS_EMPTY' });
    await trainer.close();
  });
});

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
