import { type Callback, ModelCheckpoint, ModelSummary, TQDMProgressBar } from '../callbacks/index.js';
import type { LightningModule } from '../core/index.js';
import { MisconfigurationError } from '../errors/index.js';
import type { ResolvedOptions } from './options.js';

/** The given callbacks and those that the options ask for, in calling order. */
export function defaultCallbacks(options: ResolvedOptions): Callback[] {
  const { callbacks } = options;
  const has = (kind: new () => Callback) => callbacks.some((callback) => callback instanceof kind);
  if (!options.enableCheckpointing && options.fastDevRun === 0 && has(ModelCheckpoint)) {
    throw new MisconfigurationError({
      code: 'conflicting-options',
      found: '`enableCheckpointing` is false, but a ModelCheckpoint is among the callbacks.',
      fix: 'Remove one of the two.',
    });
  }
  if (!options.enableProgressBar && has(TQDMProgressBar)) {
    throw new MisconfigurationError({
      code: 'conflicting-options',
      found: '`enableProgressBar` is false, but a progress bar is among the callbacks.',
      fix: 'Remove one of the two.',
    });
  }
  const added = [
    ...(options.enableProgressBar && !has(TQDMProgressBar) ? [new TQDMProgressBar()] : []),
    ...(options.enableModelSummary && !has(ModelSummary) ? [new ModelSummary()] : []),
    ...(options.enableCheckpointing && !has(ModelCheckpoint) ? [new ModelCheckpoint()] : []),
  ];
  return inOrder([...callbacks, ...added]);
}

/** Adds what the module's configureCallbacks returned: one of the same class takes the place of the Trainer's. */
export function addModuleCallbacks(callbacks: Callback[], module: LightningModule): void {
  const own = [module.configureCallbacks()].flat();
  const kept = callbacks.filter((callback) => !own.some((other) => other instanceof callback.constructor));
  callbacks.splice(0, callbacks.length, ...inOrder([...kept, ...own]));
  const stateful = callbacks.filter((callback) => Object.keys(callback.stateDict()).length > 0);
  const keys = stateful.map(({ stateKey }) => stateKey);
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice === undefined) return;
  throw new MisconfigurationError({
    code: 'duplicate-state-key',
    found: `Two callbacks keep their state under the key ${twice}.`,
    fix: 'Give them different options, or override stateKey in one.',
  });
}

function inOrder(callbacks: readonly Callback[]): Callback[] {
  const isLast = (callback: Callback) => callback.writesCheckpoints;
  return [...callbacks.filter((callback) => !isLast(callback)), ...callbacks.filter(isLast)];
}
