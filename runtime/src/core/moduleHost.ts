import type { Logger } from '../loggers/index.js';
import type * as tf from '../tf.js';
import type { Trainer } from '../trainer/index.js';
import type { ClipAlgorithm } from './clipGradients.js';
import type { LightningModule } from './lightningModule.js';
import type { LightningOptimizer } from './lightningOptimizer.js';
import type { LogOptions } from './logOptions.js';
import type { LRSchedulerLike } from './optimizerConfig.js';
import type { LogValue } from './results.js';

/** What a module can reach while a Trainer runs it. The Trainer provides it; the module knows nothing else of the Trainer. */
export interface ModuleHost {
  readonly trainer: Trainer;
  readonly optimizers: readonly LightningOptimizer[];
  readonly lrSchedulers: readonly LRSchedulerLike[];
  /** Of the Trainer's options; no value means no clipping. */
  readonly gradientClipping: { readonly value: number | undefined; readonly algorithm: ClipAlgorithm };
  readonly loggers: readonly Logger[];
  readonly currentEpoch: number;
  readonly globalStep: number;
  log(name: string, value: LogValue, options: LogOptions): void;
  print(text: string): void;
  /** Gradients of a loss, with the hooks around it. */
  manualBackward(loss: tf.Tensor): Promise<void>;
}

const hosts = new WeakMap<LightningModule, ModuleHost>();

/** Gives a module its host, or takes it away. Called by the Trainer around a run. */
export function setModuleHost(module: LightningModule, host: ModuleHost | undefined): void {
  if (host) hosts.set(module, host);
  else hosts.delete(module);
}

/** The host of a module, or undefined outside of a run. */
export function moduleHost(module: LightningModule): ModuleHost | undefined {
  return hosts.get(module);
}
