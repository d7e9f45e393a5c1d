import {
  type Callback,
  CurrentRateAveraging,
  DeviceStatsMonitor,
  GradientAccumulationScheduler,
  GradientNorms,
  ModelSummary,
  NonFiniteGuard,
  ProgressBar,
  StochasticWeightAveraging,
  TQDMProgressBar,
} from '../callbacks/index.js';
import { MisconfigurationError } from '../errors/index.js';
import type { ResolvedOptions } from './options.js';

/**
 * Callbacks that options of PyTorch Lightning 1.6 ask for. Those of the user's own take their place.
 * @throws MisconfigurationError for an accumulation that is said twice
 */
export function legacyCallbacks({ callbacks, legacy, logger }: ResolvedOptions): Callback[] {
  const has = (kind: abstract new (...args: never[]) => Callback) =>
    callbacks.some((callback) => callback instanceof kind);
  const { accumulation, averagesWeights, logsDeviceStats, terminatesOnNan, trackGradNorm } = legacy;
  if (accumulation && has(GradientAccumulationScheduler)) {
    throw new MisconfigurationError({
      code: 'conflicting-options',
      found:
        'You have set `accumulateGradBatches` and passed an instance of `GradientAccumulationScheduler` inside callbacks.',
      fix: 'Remove one of the two.',
    });
  }
  return [
    ...(averagesWeights && !has(StochasticWeightAveraging) ? [new CurrentRateAveraging()] : []),
    ...(accumulation ? [new GradientAccumulationScheduler({ scheduling: accumulation })] : []),
    ...(terminatesOnNan ? [new NonFiniteGuard()] : []),
    ...(trackGradNorm === undefined ? [] : [new GradientNorms(trackGradNorm)]),
    // Without a logger 1.6 logged nothing, and the callback would refuse to.
    ...(logsDeviceStats && logger !== false && !has(DeviceStatsMonitor) ? [new DeviceStatsMonitor()] : []),
  ];
}

/** The progress bar and the summary that the Trainer adds, as far as nobody gave others. */
export function defaultOutputs({ callbacks, legacy, ...options }: ResolvedOptions): Callback[] {
  const { progressBarRefreshRate: refreshRate = 1, processPosition = 0, summaryDepth = 1 } = legacy;
  const has = (kind: abstract new (...args: never[]) => Callback) =>
    callbacks.some((callback) => callback instanceof kind);
  return [
    ...(options.enableProgressBar && refreshRate > 0 && !has(ProgressBar)
      ? [new TQDMProgressBar({ refreshRate, processPosition })]
      : []),
    ...(options.enableModelSummary && summaryDepth !== 0 && !has(ModelSummary)
      ? [new ModelSummary({ maxDepth: summaryDepth })]
      : []),
  ];
}
