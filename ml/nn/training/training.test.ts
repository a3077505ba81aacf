import { describe, expect, test } from 'vitest';
import { Philox } from '../../../engine/plan/philox.ts';
import * as nn from '../index.ts';
import { exampleBatches, exampleTraining } from './example-training.ts';

const rows = 8;
const regression = (optimizer: ReturnType<typeof nn.adamW>, width = 3) =>
  nn.defineTraining({
    batch: [
      { name: 'x', shape: [rows, width], dtype: 'float32' },
      { name: 'y', shape: [rows, 2], dtype: 'float32' },
    ],
    loss: (scope, { x, y }) => {
      const error = nn.meanSquaredError(nn.linear(scope, x, 2, { init: nn.init.xavier }), y);
      return { loss: error, metrics: { rootError: nn.sqrt(error) } };
    },
    optimizer,
  });

/** Loss, clipped AdamW and gradient norm of the linear regression in float64, as PyTorch's documentation of AdamW writes it. */
function reference(
  state: nn.TrainingState,
  x: Float32Array,
  y: Float32Array,
  rates: Float32Array,
  options: { clip?: number; decay: number; betas: [number, number]; epsilon: number },
  width: number,
) {
  const params: Record<string, number[]> = {
    weight: [...nn.floats(state.params.weight!)],
    bias: [...nn.floats(state.params.bias!)],
  };
  const moments = {
    m: { weight: params.weight!.map(() => 0), bias: [0, 0] },
    v: { weight: params.weight!.map(() => 0), bias: [0, 0] },
  } as Record<'m' | 'v', Record<string, number[]>>;
  const losses: number[] = [];
  const norms: number[] = [];
  rates.forEach((rate, step) => {
    const gradient: Record<string, number[]> = { weight: params.weight!.map(() => 0), bias: [0, 0] };
    let loss = 0;
    for (let r = 0; r < rows; r++) {
      for (let j = 0; j < 2; j++) {
        const at = (i: number): number => x[(step * rows + r) * width + i]!;
        let error = params.bias![j]! - y[(step * rows + r) * 2 + j]!;
        for (let i = 0; i < width; i++) error += at(i) * params.weight![i * 2 + j]!;
        loss += error ** 2 / (rows * 2);
        gradient.bias![j]! += (2 * error) / (rows * 2);
        for (let i = 0; i < width; i++) gradient.weight![i * 2 + j]! += (2 * error * at(i)) / (rows * 2);
      }
    }
    losses.push(loss);
    const norm = Math.sqrt(
      Object.values(gradient)
        .flat()
        .reduce((total, g) => total + g * g, 0),
    );
    norms.push(norm);
    const clip = options.clip === undefined ? 1 : Math.min(1, options.clip / norm);
    for (const name of ['weight', 'bias']) {
      gradient[name]!.forEach((raw, i) => {
        const g = raw * clip;
        const [beta1, beta2] = options.betas;
        const m = beta1 * moments.m[name]![i]! + (1 - beta1) * g;
        const v = beta2 * moments.v[name]![i]! + (1 - beta2) * g * g;
        moments.m[name]![i] = m;
        moments.v[name]![i] = v;
        const kept = name === 'weight' ? params[name]![i]! * (1 - rate * options.decay) : params[name]![i]!;
        params[name]![i] =
          kept - (rate * (m / (1 - beta1 ** (step + 1)))) / (Math.sqrt(v / (1 - beta2 ** (step + 1))) + options.epsilon);
      });
    }
  });
  return { params, ...moments, losses, norms };
}

describe('AdamW in the graph', () => {
  const cases = {
    plain: { decay: 0, betas: [0.9, 0.999], epsilon: 1e-8 },
    'with decay': { decay: 0.3, betas: [0.9, 0.98], epsilon: 1e-8 },
    'clipped in every step': { decay: 0.1, betas: [0.9, 0.98], epsilon: 1e-6, clip: 0.05 },
    'clip that is never reached': { decay: 0.1, betas: [0.8, 0.99], epsilon: 1e-8, clip: 1e6 },
  } satisfies Record<string, { decay: number; betas: [number, number]; epsilon: number; clip?: number }>;
  /** 16400 weights: above the size from which a parameter is a slot of its own. */
  const widths = { packed: 3, alone: 8200 };

  for (const [where, width] of Object.entries(widths)) {
    test.each(Object.entries(cases))(`%s follows the float64 reference (parameters ${where})`, async (_, options) => {
      const { betas, epsilon, decay } = options;
      const optimizer = nn.adamW({
        betas,
        epsilon,
        weightDecay: decay,
        ...('clip' in options ? { clipNorm: options.clip } : {}),
      });
      const trainer = await nn.openTrainer(regression(optimizer, width), { threads: 2 });
      const random = new Philox(3n);
      const x = random.fillNormal(new Float32Array(10 * rows * width), width > 100 ? 0.05 : 1);
      const y = random.fillNormal(new Float32Array(10 * rows * 2));
      const rates = nn.warmupCosine({ peak: 0.02, warmup: 3, total: 10 }).slice(0, 10);
      const start = trainer.init(1);
      const run = await trainer.run(start, { x, y }, rates);
      await trainer.close();
      const expected = reference(start, x, y, rates, options, width);
      const close = (got: Float32Array, want: number[], tolerance: number): void => {
        const scale = Math.max(...want.map(Math.abs));
        expect(got.length).toBe(want.length);
        const worst = got.reduce((largest, value, i) => Math.max(largest, Math.abs(value - want[i]!) / scale), 0);
        expect(worst).toBeLessThan(tolerance);
      };
      close(run.losses, expected.losses, 2e-5);
      for (const name of ['weight', 'bias']) {
        close(nn.floats(run.state.params[name]!), expected.params[name]!, 1e-3);
        close(nn.floats(run.state.m[name]!), expected.m[name]!, 1e-3);
        close(nn.floats(run.state.v[name]!), expected.v[name]!, 1e-3);
      }
      if ('clip' in options) close(run.metrics.gradientNorm, expected.norms, 1e-4);
      expect(run.metrics.rootError).toEqual(run.losses.map(Math.sqrt));
    });
  }
});

test('schedules rise linearly, fall as named, and stay at their floor', () => {
  const cosine = nn.warmupCosine({ peak: 1, warmup: 4, total: 14, floor: 0.1 });
  expect([0, 1, 2, 3, 4].map(cosine.at)).toEqual([0.25, 0.5, 0.75, 1, 1]);
  expect(cosine.at(9)).toBeCloseTo(0.55, 12);
  expect(cosine.at(14)).toBeCloseTo(0.1, 12);
  expect(cosine.at(500)).toBeCloseTo(0.1, 12);
  const linear = nn.warmupLinear({ peak: 2, total: 10 });
  expect([0, 5, 10, 11].map(linear.at)).toEqual([2, 1, 0, 0]);
  expect([...linear.slice(4, 3)]).toEqual([4, 5, 6].map((step) => Math.fround(linear.at(step))));
  expect(nn.constantRate(0.5).at(7)).toBe(0.5);
});

test('a language model learns x -> 3x + 1', async () => {
  const trainer = await nn.openTrainer(exampleTraining, { threads: 2 });
  const random = new Philox(2n);
  let state = trainer.init(1);
  let last = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 10; i++) {
    const result = await trainer.run(state, exampleBatches(random, 20), new Float32Array(20).fill(3e-3));
    state = result.state;
    last = result.losses[19]!;
  }
  await trainer.close();
  expect(last).toBeLessThan(0.3);
});

test('a contrastive loss with a scalar parameter reports its metrics for each step', async () => {
  const training = nn.defineTraining({
    batch: [
      { name: 'a', shape: [4, 8], dtype: 'float32' },
      { name: 'b', shape: [4, 8], dtype: 'float32' },
    ],
    loss: (scope, { a, b }) => {
      const side = (name: string, x: nn.Value): nn.Value => nn.l2Normalize(nn.linear(scope.child(name), x, 6, { bias: false }));
      const scale = nn.exp(scope.param('logitScale', [], nn.init.constant(Math.log(10))));
      const logits = nn.mul(nn.matmul(side('a', a), side('b', b), { transposeB: true }), scale);
      const own = scope.constant([0, 1, 2, 3], [4], 'int32');
      const accuracy = nn.mean(nn.cast(nn.equal(nn.argmax(logits), own), 'float32'));
      return {
        loss: nn.add(nn.crossEntropy(logits, own), nn.crossEntropy(nn.transpose(logits, [1, 0]), own)),
        metrics: { accuracy },
      };
    },
    optimizer: nn.adamW({ clipNorm: 1 }),
  });
  const trainer = await nn.openTrainer(training);
  const pairs = new Philox(1n).fillNormal(new Float32Array(32));
  const stacked = Float32Array.from({ length: 60 * 32 }, (_, i) => pairs[i % 32]!);
  const { state, losses, metrics } = await trainer.run(
    trainer.init(1),
    { a: stacked, b: stacked.map((x) => -x) },
    new Float32Array(60).fill(0.02),
  );
  await trainer.close();
  expect(losses[59]).toBeLessThan(losses[0]! / 2);
  expect(metrics.accuracy[59]).toBe(1);
  expect(metrics.gradientNorm).toHaveLength(60);
  expect(state.params.logitScale!.shape).toEqual([]);
});

test('frozen parameters are used and left alone, and no gradient is made for them', async () => {
  const training = nn.defineTraining({
    batch: [{ name: 'x', shape: [4, 2], dtype: 'float32' }],
    loss: (scope, { x }) => {
      const scaled = nn.affine(x, scope.frozen('fixed', [2, 2]));
      return { loss: nn.meanSquaredError(nn.mul(scaled, scope.param('gain', [2], nn.init.ones)), scaled) };
    },
    optimizer: nn.adamW(),
  });
  await expect(nn.openTrainer(training)).rejects.toThrow(/frozen.fixed must be float32 \[2, 2\], got nothing/);
  const frozen = { fixed: { data: Float32Array.of(1, 2, 3, 4), shape: [2, 2] } };
  const trainer = await nn.openTrainer(training, { frozen });
  const { state, losses } = await trainer.run(trainer.init(0), { x: new Float32Array(8).fill(1) }, Float32Array.of(0.1));
  await trainer.close();
  expect(Object.keys(state.params)).toEqual(['gain']);
  expect(losses[0]).toBe(0);
});

test('embedding gradients add up duplicate ids exactly, scattered and one-hot', async () => {
  for (const gradient of ['scatter', 'oneHot'] as const) {
    const count = 4096;
    const width = 8;
    const training = nn.defineTraining({
      batch: [
        { name: 'ids', shape: [count], dtype: 'int32' },
        { name: 'scale', shape: [count, width], dtype: 'float32' },
      ],
      loss: (scope, { ids, scale }) => ({
        loss: nn.sum(nn.mul(nn.embed(scope.param('table', [2100, width], nn.init.zeros), ids, { gradient }), scale)),
      }),
      // beta1 = 0 leaves the gradient itself in the first moment.
      optimizer: nn.adamW({ betas: [0, 0.5] }),
    });
    const trainer = await nn.openTrainer(training, { threads: 2 });
    const random = new Philox(4n);
    const ids = Int32Array.from({ length: count }, () => random.int(7) * 300);
    const scale = Float32Array.from({ length: count * width }, () => random.int(100) - 50);
    const expected = new Float32Array(2100 * width);
    scale.forEach((x, i) => {
      expected[ids[Math.floor(i / width)]! * width + (i % width)]! += x;
    });
    for (let repeat = 0; repeat < 5; repeat++) {
      const { state } = await trainer.run(trainer.init(0), { ids, scale }, Float32Array.of(0));
      expect(nn.floats(state.m.table!)).toEqual(expected);
    }
    await trainer.close();
  }
});

describe('what is wrong is said by name', () => {
  test('a batch of the wrong size, type or name', async () => {
    const trainer = await nn.openTrainer(regression(nn.adamW()));
    const state = trainer.init(0);
    const y = new Float32Array(16);
    await expect(trainer.run(state, { x: new Float32Array(23), y }, Float32Array.of(1))).rejects.toThrow(
      'batches.x must be float32 [1, 8, 3] (24 elements), got Float32Array of 23',
    );
    await expect(trainer.run(state, { x: new Int32Array(24), y }, Float32Array.of(1))).rejects.toThrow(
      /batches.x must be float32.*Int32Array/,
    );
    await expect(trainer.run(state, { y } as never, Float32Array.of(1))).rejects.toThrow(/batches.x .* got nothing/);
    const { weight: _, ...rest } = state.params;
    await expect(trainer.run({ ...state, params: rest }, { x: new Float32Array(24), y }, Float32Array.of(1))).rejects.toThrow(
      'state.params.weight must be float32 [3, 2], got nothing',
    );
    await trainer.close();
  });

  test('a loss that is not finite, with its step', async () => {
    const trainer = await nn.openTrainer(regression(nn.adamW()));
    const x = new Float32Array(3 * 24).fill(1).with(30, Number.NaN);
    const run = trainer.run({ ...trainer.init(0), step: 10 }, { x, y: new Float32Array(48) }, new Float32Array(3));
    await expect(run).rejects.toMatchObject({ code: 'TRAINING_DIVERGED', step: 12 });
    await trainer.close();
  });

  test('shapes that do not fit, unused parameters, names used twice', () => {
    const graph = new nn.Graph('test');
    const a = graph.input('a', [2, 3]);
    expect(() => nn.add(a, graph.input('b', [4]))).toThrow('Add shapes must broadcast, got [2, 3] and [4]');
    expect(() => nn.reshape(a, [4, -1])).toThrow('reshape from [2, 3] must keep the number of elements, got [4, -1]');
    expect(() => nn.matmul(a, a)).toThrow('matmul inner dimensions must be equal, got [2, 3] and [2, 3]');
    const scope = new nn.Scope(graph, (spec) => graph.reference(spec.name, spec.shape));
    scope.child('layer').param('weight', [2], nn.init.zeros);
    expect(() => scope.child('layer').param('weight', [3], nn.init.zeros)).toThrow(
      "parameter 'layer.weight' is trained [2], but was asked for again as trained [3]",
    );
    expect(() => nn.gradients(nn.sum(a), [graph.input('unused', [1])])).toThrow(/'unused' is unused/);
  });
});
