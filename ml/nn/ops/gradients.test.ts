import { expect, test } from 'vitest';
import type { Value } from '../graph/value.ts';
import * as nn from '../index.ts';
import { type CaseInputs, checkGradients, floatInput, integerInput } from './gradient-check.ts';

const positive = floatInput([0.4, 0.7, 1.1, 1.6, 2.3, 3.1], [2, 3]);
/** Away from 0 by more than the largest step, so that no finite difference crosses a kink. */
const offZero = floatInput([-1.9, -0.7, 0.8, 1.4, -2.6, 0.9], [2, 3]);
const flags = (data: number[], shape: number[]) => ({ dtype: 'bool' as const, data: Uint8Array.from(data), shape });
const probabilities = { dtype: 'float32' as const, data: Float32Array.of(0.2, 0.3, 0.5, 0.9, 0.1, 0), shape: [2, 3] };

type Build = (v: Record<string, Value>) => Value;
const cases: Record<string, [CaseInputs, Build]> = {
  add: [{ a: [2, 3], b: [3] }, (v) => nn.add(v.a!, v.b!)],
  'add of a scalar shape': [{ a: [2, 3], b: [] }, (v) => nn.add(v.a!, v.b!)],
  sub: [{ a: [2, 1, 3], b: [4, 1] }, (v) => nn.sub(v.a!, v.b!)],
  mul: [{ a: [2, 3], b: [2, 1] }, (v) => nn.mul(v.a!, v.b!)],
  'mul of a value with itself': [{ a: [2, 3] }, (v) => nn.mul(v.a!, v.a!)],
  'mul by a number': [{ a: [2, 3] }, (v) => nn.mul(v.a!, -2.5)],
  div: [{ a: [2, 3], b: positive }, (v) => nn.div(v.a!, v.b!)],
  'div broadcast': [{ a: [4, 2, 3], b: positive }, (v) => nn.div(v.a!, v.b!)],
  maximum: [{ a: offZero }, (v) => nn.maximum(v.a!, 0)],
  minimum: [{ a: offZero }, (v) => nn.minimum(nn.mul(v.a!, 0.5), v.a!)],
  neg: [{ a: [5] }, (v) => nn.neg(v.a!)],
  square: [{ a: [5] }, (v) => nn.square(v.a!)],
  exp: [{ a: [2, 3] }, (v) => nn.exp(v.a!)],
  log: [{ a: positive }, (v) => nn.log(v.a!)],
  sqrt: [{ a: positive }, (v) => nn.sqrt(v.a!)],
  tanh: [{ a: [2, 3] }, (v) => nn.tanh(v.a!)],
  sigmoid: [{ a: [2, 3] }, (v) => nn.sigmoid(v.a!)],
  softplus: [{ a: [2, 3] }, (v) => nn.softplus(v.a!)],
  relu: [{ a: offZero }, (v) => nn.relu(v.a!)],
  silu: [{ a: [2, 3] }, (v) => nn.silu(v.a!)],
  'gelu erf': [{ a: [2, 3] }, (v) => nn.gelu(v.a!, 'erf')],
  'gelu tanh': [{ a: [2, 3] }, (v) => nn.gelu(v.a!, 'tanh')],
  'gelu quick': [{ a: [2, 3] }, (v) => nn.gelu(v.a!, 'quick')],
  'sum of all': [{ a: [2, 3] }, (v) => nn.sum(v.a!)],
  'sum over axes': [{ a: [2, 3, 4] }, (v) => nn.sum(v.a!, [0, -1])],
  'sum, kept': [{ a: [2, 3, 4] }, (v) => nn.sum(v.a!, 1, true)],
  mean: [{ a: [2, 3, 4] }, (v) => nn.mean(v.a!, [1])],
  max: [{ a: floatInput([1, 5, 2, 9, 4, 6], [2, 3]) }, (v) => nn.max(v.a!, 1)],
  logSumExp: [{ a: [2, 3, 4] }, (v) => nn.logSumExp(v.a!, [0, 2])],
  'logSumExp, kept': [{ a: [2, 3] }, (v) => nn.logSumExp(v.a!, -1, true)],
  reshape: [{ a: [2, 6] }, (v) => nn.reshape(v.a!, [3, -1])],
  transpose: [{ a: [2, 3, 4] }, (v) => nn.transpose(v.a!, [2, 0, 1])],
  concat: [{ a: [2, 3], b: [2, 1] }, (v) => nn.concat([v.a!, v.b!], 1)],
  split: [{ a: [2, 6] }, (v) => nn.mul(nn.split(v.a!, [2, 4], 1)[0]!, 3)],
  'split, all parts used': [{ a: [2, 6] }, (v) => nn.mul(...(nn.split(v.a!, [3, 3], 1) as [Value, Value]))],
  slice: [{ a: [2, 6] }, (v) => nn.slice(v.a!, 1, 1, -2)],
  pad: [{ a: [2, 3] }, (v) => nn.pad(v.a!, 0, 1, 2)],
  expand: [{ a: [3, 1] }, (v) => nn.expand(v.a!, [2, 3, 4])],
  matmul: [{ a: [2, 3], b: [3, 4] }, (v) => nn.matmul(v.a!, v.b!)],
  'matmul batched and broadcast': [{ a: [5, 1, 2, 3], b: [4, 3, 2] }, (v) => nn.matmul(v.a!, v.b!)],
  'matmul a^T b': [{ a: [2, 3, 2], b: [2, 3, 4] }, (v) => nn.matmul(v.a!, v.b!, { transposeA: true })],
  'matmul a b^T': [{ a: [2, 2, 3], b: [2, 4, 3] }, (v) => nn.matmul(v.a!, v.b!, { transposeB: true })],
  'matmul a^T b^T': [{ a: [3, 2], b: [4, 3] }, (v) => nn.matmul(v.a!, v.b!, { transposeA: true, transposeB: true })],
  affine: [{ x: [2, 3, 4], w: [4, 5], b: [5] }, (v) => nn.affine(v.x!, v.w!, v.b!)],
  'affine, weight transposed': [{ x: [2, 3, 4], w: [5, 4], b: [5] }, (v) => nn.affine(v.x!, v.w!, v.b!, { transposed: true })],
  'affine without bias': [{ x: [2, 4], w: [4, 5] }, (v) => nn.affine(v.x!, v.w!)],
  softmax: [{ a: [2, 3, 4] }, (v) => nn.softmax(v.a!)],
  logSoftmax: [{ a: [2, 3, 4] }, (v) => nn.logSoftmax(v.a!)],
  normalizeLayer: [{ x: [2, 3, 8], g: [8], b: [8] }, (v) => nn.normalizeLayer(v.x!, v.g!, v.b!)],
  'normalizeLayer with the epsilon of BERT': [
    { x: [2, 3, 8], g: [8], b: [8] },
    (v) => nn.normalizeLayer(v.x!, v.g!, v.b!, 1e-12),
  ],
  l2Normalize: [{ x: [3, 5] }, (v) => nn.l2Normalize(v.x!)],
  'embed, scatter, duplicate ids': [
    { t: [5, 3], ids: integerInput([1, 4, 1, 1, 0, 4], [2, 3]) },
    (v) => nn.embed(v.t!, v.ids!, { gradient: 'scatter' }),
  ],
  'embed, one-hot, duplicate ids': [
    { t: [5, 3], ids: integerInput([1, 4, 1, 1, 0, 4], [2, 3]) },
    (v) => nn.embed(v.t!, v.ids!, { gradient: 'oneHot' }),
  ],
  gatherElements: [{ x: [2, 4], i: integerInput([3, 0, 3, 1], [2, 2]) }, (v) => nn.gatherElements(v.x!, v.i!)],
  'gatherRows in the middle': [{ x: [2, 4, 3], i: integerInput([2, 0, 2]) }, (v) => nn.gatherRows(v.x!, v.i!, 1)],
  'gatherRows in front': [{ x: [4, 3], i: integerInput([2, 0, 2, 1, 1]) }, (v) => nn.gatherRows(v.x!, v.i!, 0)],
  takeRows: [{ x: [2, 4, 3], i: integerInput([3, 0, 1, 1], [2, 2]) }, (v) => nn.takeRows(v.x!, v.i!)],
  crossEntropy: [{ x: [2, 3, 4], y: integerInput([0, 3, 1, 2, 2, 0], [2, 3]) }, (v) => nn.crossEntropy(v.x!, v.y!)],
  'crossEntropy, weighted, ignoring': [
    { x: [3, 4], y: integerInput([0, -1, 3]), w: { dtype: 'float32', data: Float32Array.of(2, 1, 0.5), shape: [3] } },
    (v) => nn.crossEntropy(v.x!, v.y!, { weights: v.w!, ignore: -1 }),
  ],
  'crossEntropy, none': [{ x: [3, 4], y: integerInput([0, 2, 3]) }, (v) => nn.crossEntropy(v.x!, v.y!, { reduction: 'none' })],
  softCrossEntropy: [{ x: [2, 3], p: probabilities }, (v) => nn.softCrossEntropy(v.x!, v.p!)],
  binaryCrossEntropy: [{ x: [2, 3], p: probabilities }, (v) => nn.binaryCrossEntropy(v.x!, v.p!)],
  meanSquaredError: [{ a: [2, 3], b: [2, 3] }, (v) => nn.meanSquaredError(v.a!, v.b!)],
  // With attentionByHead, splitHeads and joinHeads inside.
  'scaledDotProductAttention, causal': [
    { q: [2, 4, 6], k: [2, 4, 6], v: [2, 4, 6] },
    (v) => nn.scaledDotProductAttention(v.q!, v.k!, v.v!, 2, { mask: nn.causalMask(v.q!, 4) }),
  ],
  'scaledDotProductAttention, prefix': [
    { q: [1, 4, 6], k: [1, 4, 6], v: [1, 4, 6] },
    (v) => nn.scaledDotProductAttention(v.q!, v.k!, v.v!, 3, { mask: nn.prefixMask(v.q!, 4, 2) }),
  ],
  'scaledDotProductAttention, cross and padded': [
    { q: [2, 3, 4], k: [2, 5, 4], v: [2, 5, 4], keep: flags([1, 1, 1, 0, 0, 1, 1, 1, 1, 1], [2, 5]) },
    (v) => nn.scaledDotProductAttention(v.q!, v.k!, v.v!, 2, { mask: nn.paddingMask(v.keep!) }),
  ],
  dropout: [{ x: [2, 3], keep: flags([1, 0, 1, 1, 1, 0], [2, 3]) }, (v) => nn.dropout(v.x!, v.keep!, 0.25)],
  where: [{ a: [2, 3], b: [3], keep: flags([1, 0, 1, 1, 1, 0], [2, 3]) }, (v) => nn.where(v.keep!, v.a!, v.b!)],
  stopGradient: [{ a: [2, 3], b: [2, 3] }, (v) => nn.add(v.a!, nn.mul(nn.stopGradient(nn.exp(v.a!)), v.b!))],
};

/** The gradient that flows through `a` is that of the other path alone; the finite difference sees both. */
const expectedToDiffer = new Set(['stopGradient']);

test.each(Object.entries(cases))('the gradient of %s matches finite differences', async (name, [inputs, build]) => {
  const { worst, at } = await checkGradients(inputs, build);
  if (expectedToDiffer.has(name)) expect(at).toBe('a');
  else expect(worst, `worst at input ${at}`).toBeLessThan(2e-3);
});

test('every exported op has a gradient case', () => {
  const noGradient =
    /^(argmax|equal|greater|less|logical|not$|cast|oneHot|zeros|causalMask|prefixMask|paddingMask|dropoutMask|gradients|attentionByHead|splitHeads|joinHeads)/;
  const layersAndRest =
    /^(open|define|build|init$|adamW|floats|integers|warmup|constantRate|save|load|read|write|embedding|positions|feedForward|layerNorm|linear|transformerBlock|attention|prefillAttention|stepAttention)/;
  const ops = Object.entries(nn).filter(([name, value]) => typeof value === 'function' && /^[a-z]/.test(name));
  const covered = Object.keys(cases).join(' ');
  const missing = ops
    .map(([name]) => name)
    .filter((name) => !noGradient.test(name) && !layersAndRest.test(name) && !covered.includes(name));
  expect(missing).toEqual([]);
});
