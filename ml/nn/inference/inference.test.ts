import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Philox } from '../../../engine/plan/philox.ts';
import * as nn from '../index.ts';
import { example, exampleBatches, exampleModel, exampleTraining } from '../training/example-training.ts';

const classify = (scope: nn.Scope, x: nn.Value): nn.Value =>
  nn.linear(scope.child('head'), nn.gelu(nn.linear(scope.child('hidden'), x, 96), 'erf'), 10);
const perceptron = nn.defineInference({
  inputs: [{ name: 'x', shape: ['batch', 40], dtype: 'float32' }],
  forward: (scope, { x }) => {
    const logits = classify(scope, x);
    return { logits, probabilities: nn.softmax(logits), best: nn.argmax(logits) };
  },
});
const languageModel = nn.defineInference({
  inputs: [{ name: 'tokens', shape: ['batch', example.length], dtype: 'int32' }],
  forward: (scope, { tokens }) => ({ logits: exampleModel(scope, tokens) }),
});
const random = new Philox(1n);
const perceptronParams = {
  'hidden.weight': { data: random.fillNormal(new Float32Array(40 * 96), 0.2), shape: [40, 96] },
  'hidden.bias': { data: random.fillNormal(new Float32Array(96)), shape: [96] },
  'head.weight': { data: random.fillNormal(new Float32Array(960), 0.2), shape: [96, 10] },
  'head.bias': { data: new Float32Array(10), shape: [10] },
};
const tokensOf = (rows: number): nn.Tensor => ({
  data: Int32Array.from({ length: rows * example.length }, () => random.int(example.vocabulary)),
  shape: [rows, example.length],
});

let trainer: Awaited<ReturnType<typeof nn.openTrainer<typeof exampleTraining.batch, never>>>;
let params: nn.TensorMap;
beforeAll(async () => {
  trainer = await nn.openTrainer(exampleTraining, { threads: 2 });
  params = trainer.init(3).params;
});
afterAll(() => trainer.close());

test('the inference graph computes what the training graph computes', async () => {
  const batches = exampleBatches(new Philox(8n), 1);
  const { losses } = await trainer.run(trainer.init(3), batches, Float32Array.of(0));
  const model = await nn.openInference(languageModel, params, { threads: 2 });
  const { logits } = await model.run({ tokens: { data: batches.tokens, shape: [example.rows, example.length] } });
  await model.close();
  const scores = nn.floats(logits);
  let loss = 0;
  batches.next.forEach((label, i) => {
    const row = scores.subarray(i * example.vocabulary, (i + 1) * example.vocabulary);
    loss += (Math.log(row.reduce((total, x) => total + Math.exp(x), 0)) - row[label]!) / batches.next.length;
  });
  expect(loss).toBeCloseTo(losses[0]!, 5);
});

test('the batch dimension is open: 1, 3 and 17 rows through one session', async () => {
  const model = await nn.openInference(languageModel, params, { threads: 2 });
  const tokens = tokensOf(17);
  const whole = nn.floats((await model.run({ tokens })).logits);
  const perRow = example.length * example.vocabulary;
  for (const rows of [1, 3]) {
    const part = { data: (tokens.data as Int32Array).slice(0, rows * example.length), shape: [rows, example.length] };
    const { logits } = await model.run({ tokens: part });
    expect(logits.shape).toEqual([rows, example.length, example.vocabulary]);
    expect(nn.floats(logits).reduce((worst, x, i) => Math.max(worst, Math.abs(x - whole[i]!)), 0)).toBeLessThan(1e-4);
  }
  expect(whole.length).toBe(17 * perRow);
  await model.close();
});

describe('in a batch of fixed size a row does not depend on its neighbours or its place', () => {
  const rows = 8;
  async function check(
    run: (batch: nn.Tensor) => Promise<nn.TensorMap>,
    rowOf: () => nn.Tensor['data'],
    width: number,
  ): Promise<void> {
    const subject = rowOf();
    const seen: nn.TensorData[][] = [];
    for (let place = 0; place < rows; place++) {
      const data = subject instanceof Int32Array ? new Int32Array(rows * width) : new Float32Array(rows * width);
      // The first batch is padded with zeros, the others have strangers for neighbours.
      for (let row = 0; row < rows; row++)
        if (row === place || place > 0) data.set((row === place ? subject : rowOf()) as Float32Array, row * width);
      const outputs = await run({ data, shape: [rows, width] });
      seen.push(
        Object.values(outputs).map(({ data: all }) => {
          const size = all.length / rows;
          return all.slice(place * size, (place + 1) * size);
        }),
      );
    }
    for (const outputs of seen) expect(outputs).toEqual(seen[0]);
  }

  test.each([1, 2])('transformer, %i threads', async (threads) => {
    const model = await nn.openInference(languageModel, params, { threads });
    await check(
      (tokens) => model.run({ tokens }),
      () => tokensOf(1).data,
      example.length,
    );
    await model.close();
  });

  test.each([1, 2])('perceptron, %i threads', async (threads) => {
    const model = await nn.openInference(perceptron, perceptronParams, { threads });
    await check(
      (x) => model.run({ x }),
      () => random.fillNormal(new Float32Array(40)),
      40,
    );
    await model.close();
  });
});

test('one, two and three threads give the same bits', async () => {
  const tokens = tokensOf(5);
  const outputs: Float32Array[] = [];
  for (const threads of [1, 2, 3]) {
    const model = await nn.openInference(languageModel, params, { threads });
    outputs.push(nn.floats((await model.run({ tokens })).logits));
    await model.close();
  }
  expect(outputs[1]).toEqual(outputs[0]);
  expect(outputs[2]).toEqual(outputs[0]);
});

test('every op runs with an open batch dimension', async () => {
  const model = await nn.openInference(
    nn.defineInference({
      inputs: [
        { name: 'x', shape: ['batch', 4, 6], dtype: 'float32' },
        { name: 'keep', shape: ['batch', 4], dtype: 'bool' },
        { name: 'context', shape: ['batch', 3, 6], dtype: 'float32' },
        { name: 'pick', shape: ['batch', 2], dtype: 'int32' },
      ],
      forward: (scope, { x, keep, context, pick }) => {
        const start = nn.expand(scope.param('start', [1, 1, 6], nn.init.ones), ['batch', 1, 6]);
        const long = nn.concat([start, x], 1);
        const block = nn.transformerBlock(scope.child('block'), x, {
          heads: 2,
          mask: nn.paddingMask(keep),
          context,
          activation: 'gelu-quick',
        });
        return {
          long,
          block,
          flat: nn.reshape(nn.transpose(x, [0, 2, 1]), ['batch', 24]),
          rows: nn.reshape(x, ['4*batch', 6]),
          pooled: nn.l2Normalize(nn.mean(x, 1)),
          taken: nn.takeRows(x, pick),
          last: nn.gatherRows(x, scope.constant([3], [1], 'int32'), 1),
          total: nn.logSumExp(nn.pad(nn.slice(x, 1, 1, 3), 1, 0, 1), [1, 2]),
          similarity: nn.matmul(nn.mean(x, 1), nn.mean(context, 1), { transposeB: true }),
        };
      },
    }),
    blockParams(),
    { threads: 1 },
  );
  const outputs = await model.run({
    x: { data: random.fillNormal(new Float32Array(5 * 24)), shape: [5, 4, 6] },
    keep: { data: new Uint8Array(20).fill(1), shape: [5, 4] },
    context: { data: random.fillNormal(new Float32Array(5 * 18)), shape: [5, 3, 6] },
    pick: { data: Int32Array.from({ length: 10 }, () => random.int(4)), shape: [5, 2] },
  });
  await model.close();
  expect(Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, tensor.shape]))).toEqual({
    long: [5, 5, 6],
    block: [5, 4, 6],
    flat: [5, 24],
    rows: [20, 6],
    pooled: [5, 6],
    taken: [5, 2, 6],
    last: [5, 1, 6],
    total: [5],
    similarity: [5, 5],
  });
});

test('two dimensions may be open: texts of any number and length', async () => {
  const model = await nn.openInference(
    nn.defineInference({
      inputs: [
        { name: 'x', shape: ['batch', 'length', 6], dtype: 'float32' },
        { name: 'keep', shape: ['batch', 'length'], dtype: 'bool' },
      ],
      forward: (scope, { x, keep }) => ({
        block: nn.transformerBlock(scope.child('block'), x, { heads: 2, mask: nn.paddingMask(keep) }),
        rows: nn.reshape(x, ['2*batch*length', 3]),
        spread: nn.expand(nn.mean(x, [1, 2], true), ['batch', 'length', 1]),
      }),
    }),
    blockParams(),
  );
  const run = (batch: number, length: number, x: Float32Array) =>
    model.run({
      x: { data: x, shape: [batch, length, 6] },
      keep: { data: new Uint8Array(batch * length).fill(1), shape: [batch, length] },
    });
  const x = random.fillNormal(new Float32Array(3 * 5 * 6));
  const whole = await run(3, 5, x);
  expect([whole.block.shape, whole.rows.shape, whole.spread.shape]).toEqual([
    [3, 5, 6],
    [30, 3],
    [3, 5, 1],
  ]);
  const alone = await run(1, 5, x.slice(30, 60));
  const part = nn.floats(whole.block).slice(30, 60);
  expect(nn.floats(alone.block).reduce((worst, value, i) => Math.max(worst, Math.abs(value - part[i]!)), 0)).toBeLessThan(1e-5);
  await model.close();
});

/** The parameters of a transformer block of width 6, as a training of it would have made them. */
function blockParams(): nn.TensorMap {
  const graph = new nn.Graph('names');
  const scope = new nn.Scope(graph, (spec) => graph.reference(spec.name, spec.shape));
  scope.param('start', [1, 1, 6], nn.init.ones);
  nn.transformerBlock(scope.child('block'), graph.input('x', [1, 4, 6]), { heads: 2, context: graph.input('c', [1, 3, 6]) });
  return Object.fromEntries(
    scope.parameters.map(({ spec }) => [spec.name, { data: spec.init(random, spec.shape), shape: spec.shape }]),
  );
}

test('wrong inputs and missing parameters are said by name', async () => {
  const { 'head.bias': _, ...incomplete } = perceptronParams;
  await expect(nn.openInference(perceptron, incomplete)).rejects.toThrow('params.head.bias must be float32 [10], got nothing');
  const model = await nn.openInference(perceptron, perceptronParams);
  await expect(model.run({ x: { data: new Float32Array(41), shape: [1, 41] } })).rejects.toThrow(
    'inputs.x must be float32 [batch, 40], got Float32Array of 41 as [1, 41]',
  );
  await model.close();
});
