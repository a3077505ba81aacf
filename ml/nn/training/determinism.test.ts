import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Philox } from '../../../engine/plan/philox.ts';
import { floats, loadCheckpoint, openTrainer, saveCheckpoint, type TrainingState, warmupCosine } from '../index.ts';
import { exampleBatches, exampleDigest, exampleTraining, stateDigest } from './example-training.ts';

const rate = warmupCosine({ peak: 1e-3, warmup: 2, total: 6 });
let trainer: Awaited<ReturnType<typeof openTrainer<typeof exampleTraining.batch, never>>>;
beforeAll(async () => {
  trainer = await openTrainer(exampleTraining, { threads: 2 });
});
afterAll(() => trainer.close());

test('one, two and three threads give the same bits', async () => {
  const one = await exampleDigest(1);
  expect(await exampleDigest(2)).toBe(one);
  expect(await exampleDigest(3)).toBe(one);
});

test('another process gives the same bits', async () => {
  const module = fileURLToPath(new URL('./example-training.ts', import.meta.url));
  const script = `import(${JSON.stringify(module)}).then(async (m) => console.log(await m.exampleDigest(2)))`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', '-e', script]);
  expect(stdout.trim()).toBe(await exampleDigest(2));
});

test('six steps in one run are six runs of one step', async () => {
  const whole = await trainer.run(trainer.init(5), exampleBatches(new Philox(9n), 6), rate.slice(0, 6));
  const random = new Philox(9n);
  let state = trainer.init(5);
  const losses: number[] = [];
  for (let step = 0; step < 6; step++) {
    const result = await trainer.run(state, exampleBatches(random, 1), rate.slice(step, 1));
    state = result.state;
    losses.push(...result.losses);
  }
  expect(stateDigest(state)).toBe(stateDigest(whole.state));
  expect(losses).toEqual([...whole.losses]);
});

test('a training that stops after any step and resumes from its checkpoint ends with the same bits', async () => {
  const random = new Philox(9n);
  const whole = await trainer.run(trainer.init(5), exampleBatches(random, 6), rate.slice(0, 6));
  for (const stop of [1, 4]) {
    const first = new Philox(9n);
    const half = await trainer.run(trainer.init(5), exampleBatches(first, stop), rate.slice(0, stop));
    const bytes = saveCheckpoint(half.state, { rng: { data: first.position }, meta: { note: 'half way' } });
    const { state, rng, meta } = loadCheckpoint(bytes);
    expect(state.step).toBe(stop);
    expect(meta).toEqual({ note: 'half way' });
    const second = new Philox(9n);
    second.position = rng.data!;
    const fresh = await openTrainer(exampleTraining, { threads: 1 });
    const rest = await fresh.run(state, exampleBatches(second, 6 - stop), rate.slice(stop, 6 - stop));
    await fresh.close();
    expect(stateDigest(rest.state)).toBe(stateDigest(whole.state));
    const end = saveCheckpoint(rest.state, { rng: { data: second.position } });
    expect(Buffer.from(end).equals(saveCheckpoint(whole.state, { rng: { data: random.position } }))).toBe(true);
  }
});

test('a run leaves the state it began with untouched', async () => {
  const state = trainer.init(5);
  const before = stateDigest(state);
  await trainer.run(state, exampleBatches(new Philox(1n), 2), rate.slice(0, 2));
  expect(stateDigest(state)).toBe(before);
});

test('a seed fixes the initial parameters; given ones are taken as they are', () => {
  const state = trainer.init(5);
  expect(stateDigest(trainer.init(5))).toBe(stateDigest(state));
  const weight = (given: TrainingState): Float32Array => floats(given.params['head.weight']!);
  expect(weight(trainer.init(6))[0]).not.toBe(weight(state)[0]);
  const tuned = trainer.init(6, { params: { 'head.weight': state.params['head.weight']! } });
  expect(weight(tuned).every((x, i) => x === weight(state)[i])).toBe(true);
});
