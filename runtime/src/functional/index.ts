/**
 * torch.nn.functional over tfjs tensors: its names in camelCase, its numbers, defaults and gradients. What torch
 * requires is positional, all else an object.
 */
export {
  type GluOptions,
  type GumbelSoftmaxOptions,
  glu,
  gumbelSoftmax,
  logSoftmax,
  type SoftmaxOptions,
  softmax,
  softmin,
} from './activations/acrossElements.js';
export { celu, type EluOptions, elu, selu } from './activations/exponential.js';
export { prelu, type RreluOptions, rrelu } from './activations/learned.js';
export {
  type HardtanhOptions,
  hardshrink,
  hardsigmoid,
  hardswish,
  hardtanh,
  type LeakyReluOptions,
  leakyRelu,
  relu,
  relu6,
  type ShrinkOptions,
  softshrink,
  type ThresholdOptions,
  threshold,
} from './activations/piecewise.js';
export {
  type GeluOptions,
  gelu,
  logsigmoid,
  mish,
  type SoftplusOptions,
  sigmoid,
  silu,
  softplus,
  softsign,
  tanh,
  tanhshrink,
} from './activations/smooth.js';
export { type AttentionOptions, scaledDotProductAttention } from './attention.js';
export { type ConvOptions, conv1d, conv2d } from './convolution/conv.js';
export { type ConvTransposeOptions, convTranspose1d, convTranspose2d } from './convolution/convTranspose.js';
export type { Padding, Sizes } from './convolution/geometry.js';
export { bilinear, type LinearOptions, linear } from './dense.js';
export {
  type CosineSimilarityOptions,
  cosineSimilarity,
  type NormalizeOptions,
  normalize,
  type PairwiseDistanceOptions,
  type PdistOptions,
  pairwiseDistance,
  pdist,
} from './distances.js';
export {
  type AlphaDropoutOptions,
  alphaDropout,
  type DropoutOptions,
  dropout,
  dropout1d,
  dropout2d,
  dropout3d,
  featureAlphaDropout,
} from './dropout.js';
export { type EmbeddingOptions, embedding, type OneHotOptions, oneHot } from './embedding.js';
export { type InterpolateOptions, interpolate } from './images/interpolate.js';
export { type PadOptions, pad } from './images/pad.js';
export {
  type ChannelShuffleOptions,
  channelShuffle,
  type PixelShuffleOptions,
  type PixelUnshuffleOptions,
  pixelShuffle,
  pixelUnshuffle,
} from './images/shuffle.js';
export {
  type BinaryCrossEntropyOptions,
  type BinaryCrossEntropyWithLogitsOptions,
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
} from './losses/binaryCrossEntropy.js';
export { type CrossEntropyOptions, crossEntropy, type NllLossOptions, nllLoss } from './losses/crossEntropy.js';
export { type CtcLossOptions, ctcLoss, type Lengths } from './losses/ctcLoss.js';
export {
  type GaussianNllLossOptions,
  gaussianNllLoss,
  type KlDivOptions,
  klDiv,
  type PoissonNllLossOptions,
  poissonNllLoss,
} from './losses/likelihood.js';
export {
  cosineEmbeddingLoss,
  hingeEmbeddingLoss,
  type MarginOptions,
  type MultilabelSoftMarginLossOptions,
  type MultiMarginLossOptions,
  marginRankingLoss,
  multilabelMarginLoss,
  multilabelSoftMarginLoss,
  multiMarginLoss,
  softMarginLoss,
} from './losses/margin.js';
export type { Reduction, ReductionOptions } from './losses/reduction.js';
export {
  type HuberLossOptions,
  huberLoss,
  l1Loss,
  mseLoss,
  type RegressionOptions,
  type SmoothL1LossOptions,
  smoothL1Loss,
} from './losses/regression.js';
export {
  type TripletMarginLossOptions,
  type TripletMarginWithDistanceLossOptions,
  tripletMarginLoss,
  tripletMarginWithDistanceLoss,
} from './losses/triplet.js';
export { type BatchNormOptions, batchNorm, type InstanceNormOptions, instanceNorm } from './normalization/batchNorm.js';
export {
  type GroupNormOptions,
  groupNorm,
  type LayerNormOptions,
  layerNorm,
  type RmsNormOptions,
  rmsNorm,
} from './normalization/layerNorm.js';
export { type LocalResponseNormOptions, localResponseNorm } from './normalization/localResponseNorm.js';
export {
  type AvgPool1dOptions,
  type AvgPool2dOptions,
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  avgPool1d,
  avgPool2d,
} from './pooling/avgPool.js';
export {
  type AdaptivePoolOptions,
  adaptiveMaxPool1d,
  adaptiveMaxPool2d,
  type MaxPoolOptions,
  maxPool1d,
  maxPool2d,
} from './pooling/maxPool.js';
export type { OutputSize } from './pooling/outputSize.js';
export type { WindowOptions } from './pooling/windows.js';
