/** ml/nn: define a model once, train it and run it inside onnxruntime. See README.md. */
export { FeedError, SafetensorsError, ShapeError, TrainingDiverged } from './errors.ts';
export type { Dim, Shape } from './graph/dim.ts';
export { gradients } from './graph/gradients.ts';
export { Graph } from './graph/graph.ts';
export { Value } from './graph/value.ts';
export { buildInferenceModel } from './inference/build-inference-model.ts';
export { defineInference, type Inference } from './inference/define-inference.ts';
export { type Model, openInference } from './inference/open-inference.ts';
export { type AttentionLayerOptions, attention, attentionInputs } from './layers/attention.ts';
export { type CachedAttention, type KeyValueCache, prefillAttention, stepAttention } from './layers/cached-attention.ts';
export { embedding, positions } from './layers/embedding.ts';
export { type Activation, feedForward } from './layers/feed-forward.ts';
export { type Init, init } from './layers/init.ts';
export { layerNorm } from './layers/layer-norm.ts';
export { linear } from './layers/linear.ts';
export { type ParameterSpec, Scope } from './layers/scope.ts';
export { type TransformerBlockOptions, transformerBlock } from './layers/transformer-block.ts';
export { affine } from './ops/affine.ts';
export { argmax } from './ops/argmax.ts';
export { add, div, maximum, minimum, mul, neg, square, sub } from './ops/arithmetic.ts';
export { causalMask, paddingMask, prefixMask } from './ops/attention-mask.ts';
export { binaryCrossEntropy } from './ops/binary-cross-entropy.ts';
export { cast } from './ops/cast.ts';
export { equal, greater, less, logicalAnd, logicalOr, not } from './ops/compare.ts';
export { concat, split } from './ops/concat.ts';
export { type CrossEntropyOptions, crossEntropy, softCrossEntropy } from './ops/cross-entropy.ts';
export { dropout, dropoutMask } from './ops/dropout.ts';
export { embed } from './ops/embed.ts';
export { exp } from './ops/exp.ts';
export { expand } from './ops/expand.ts';
export { gatherElements } from './ops/gather-elements.ts';
export { gatherRows, takeRows } from './ops/gather-rows.ts';
export { type GeluForm, gelu } from './ops/gelu.ts';
export { l2Normalize } from './ops/l2-normalize.ts';
export { log } from './ops/log.ts';
export { logSoftmax } from './ops/log-softmax.ts';
export { matmul } from './ops/matmul.ts';
export { meanSquaredError } from './ops/mean-squared-error.ts';
export { normalizeLayer } from './ops/normalize-layer.ts';
export { oneHot } from './ops/one-hot.ts';
export { logSumExp, max, mean, sum } from './ops/reduce.ts';
export { relu } from './ops/relu.ts';
export { reshape } from './ops/reshape.ts';
export { attentionByHead, joinHeads, scaledDotProductAttention, splitHeads } from './ops/scaled-dot-product-attention.ts';
export { sigmoid } from './ops/sigmoid.ts';
export { silu } from './ops/silu.ts';
export { pad, slice } from './ops/slice.ts';
export { softmax } from './ops/softmax.ts';
export { softplus } from './ops/softplus.ts';
export { sqrt } from './ops/sqrt.ts';
export { stopGradient } from './ops/stop-gradient.ts';
export { tanh } from './ops/tanh.ts';
export { transpose } from './ops/transpose.ts';
export { where } from './ops/where.ts';
export { zeros } from './ops/zeros.ts';
export {
  type DataType,
  type FloatTensor,
  floats,
  integers,
  type Tensor,
  type TensorData,
  type TensorMap,
  type TensorSpec,
} from './tensor.ts';
export { type AdamWOptions, adamW } from './training/adamw.ts';
export { type Checkpoint, loadCheckpoint, saveCheckpoint } from './training/checkpoint.ts';
export { type BatchSpec, defineTraining, type Training } from './training/define-training.ts';
export { openTrainer, type Trainer, type TrainerOptions, type TrainingRun } from './training/open-trainer.ts';
export { constantRate, type Schedule, warmupCosine, warmupLinear } from './training/schedule.ts';
export type { Seed, TrainingState } from './training/training-state.ts';
