import { expect, test } from 'vitest';
import { Philox } from '../../../engine/plan/philox.ts';
import * as nn from '../index.ts';

const [rows, prompt, length, width, heads] = [3, 4, 7, 12, 3];
const random = new Philox(6n);
const params: nn.TensorMap = {};

/** One block over a whole sequence, causal after a free prompt. */
const whole = nn.defineInference({
  inputs: [{ name: 'x', shape: ['batch', length, width], dtype: 'float32' }],
  forward: (scope, { x }) => ({
    y: nn.transformerBlock(scope.child('block'), x, { heads, mask: nn.prefixMask(scope, length, prompt) }),
  }),
});

const prefill = nn.defineInference({
  inputs: [{ name: 'x', shape: ['batch', prompt, width], dtype: 'float32' }],
  forward: (scope, { x }) => {
    let cache: nn.KeyValueCache | undefined;
    const y = nn.transformerBlock(scope.child('block'), x, {
      heads,
      attend: (inner, state) => {
        const made = nn.prefillAttention(inner, state, { heads, length });
        cache = made.cache;
        return made.output;
      },
    });
    return { y, ...cache! };
  },
});

const cacheShape = ['batch', heads, length, width / heads];
const step = nn.defineInference({
  inputs: [
    { name: 'x', shape: ['batch', 1, width], dtype: 'float32' },
    { name: 'key', shape: cacheShape, dtype: 'float32' },
    { name: 'value', shape: cacheShape, dtype: 'float32' },
    { name: 'position', shape: [length], dtype: 'bool' },
    { name: 'mask', shape: [length], dtype: 'float32' },
  ],
  forward: (scope, { x, key, value, position, mask }) => {
    let cache: nn.KeyValueCache | undefined;
    const y = nn.transformerBlock(scope.child('block'), x, {
      heads,
      attend: (inner, state) => {
        const made = nn.stepAttention(inner, state, { heads, cache: { key, value }, position, mask });
        cache = made.cache;
        return made.output;
      },
    });
    return { y, ...cache! };
  },
});

test('decoding token by token with a cache gives what the whole sequence gives', async () => {
  const graph = new nn.Graph('names');
  const scope = new nn.Scope(graph, (spec) => graph.reference(spec.name, spec.shape));
  nn.transformerBlock(scope.child('block'), graph.input('x', [1, length, width]), { heads });
  for (const { spec } of scope.parameters) {
    params[spec.name] = {
      data: random.fillNormal(new Float32Array(spec.shape.reduce((a, b) => a * b, 1)), 0.3),
      shape: spec.shape,
    };
  }
  const models = {
    whole: await nn.openInference(whole, params),
    prefill: await nn.openInference(prefill, params),
    step: await nn.openInference(step, params),
  };
  const x = random.fillNormal(new Float32Array(rows * length * width));
  /** Tokens from .. to-1 of every row. */
  const tokens = (all: Float32Array, from: number, to: number): nn.Tensor => {
    const data = new Float32Array(rows * (to - from) * width);
    for (let row = 0; row < rows; row++)
      data.set(all.subarray((row * length + from) * width, (row * length + to) * width), row * (to - from) * width);
    return { data, shape: [rows, to - from, width] };
  };
  const expected = nn.floats((await models.whole.run({ x: { data: x, shape: [rows, length, width] } })).y);
  const near = (got: nn.Tensor, want: nn.Tensor): void => {
    expect(got.shape).toEqual(want.shape);
    expect(nn.floats(got).reduce((worst, value, i) => Math.max(worst, Math.abs(value - nn.floats(want)[i]!)), 0)).toBeLessThan(
      1e-5,
    );
  };

  let state = await models.prefill.run({ x: tokens(x, 0, prompt) });
  near(state.y, tokens(expected, 0, prompt));
  for (let at = prompt; at < length; at++) {
    const position = { data: Uint8Array.from({ length }, (_, i) => (i === at ? 1 : 0)), shape: [length] };
    const mask = { data: Float32Array.from({ length }, (_, i) => (i <= at ? 0 : -1e9)), shape: [length] };
    state = await models.step.run({ x: tokens(x, at, at + 1), key: state.key, value: state.value, position, mask });
    near(state.y, tokens(expected, at, at + 1));
  }
  for (const model of Object.values(models)) await model.close();
});
