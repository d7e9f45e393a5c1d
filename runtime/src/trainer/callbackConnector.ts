import { Callback, ModelCheckpoint, ProgressBar, Timer, toMilliseconds } from '../callbacks/index.js';
import type { LightningModule } from '../core/index.js';
import { MisconfigurationError } from '../errors/index.js';
import { checkHookNames } from './hookNameChecks.js';
import { defaultOutputs, legacyCallbacks } from './legacyCallbacks.js';
import { isDuration, type ResolvedOptions } from './options.js';

/** The given callbacks and those that the options ask for, in calling order. */
export function defaultCallbacks(options: ResolvedOptions): Callback[] {
  const { callbacks } = options;
  const has = (kind: abstract new () => Callback) => callbacks.some((callback) => callback instanceof kind);
  if (!options.enableCheckpointing && options.fastDevRun === 0 && has(ModelCheckpoint)) {
    throw new MisconfigurationError({
      code: 'conflicting-options',
      found: '`enableCheckpointing` is false, but a ModelCheckpoint is among the callbacks.',
      fix: 'Remove one of the two.',
    });
  }
  if (!options.enableProgressBar && has(ProgressBar)) {
    throw new MisconfigurationError({
      code: 'conflicting-options',
      found: '`enableProgressBar` is false, but a progress bar is among the callbacks.',
      fix: 'Remove one of the two.',
    });
  }
  if (callbacks.filter((callback) => callback instanceof ProgressBar).length > 1) {
    throw new MisconfigurationError({
      code: 'conflicting-options',
      found: 'You added multiple progress bar callbacks to the Trainer, but only one progress bar is supported.',
      fix: 'Remove all but one.',
    });
  }
  const { maxTime, valCheckInterval } = options;
  if (isDuration(valCheckInterval)) toMilliseconds('Trainer', 'valCheckInterval', valCheckInterval); // throws for a bad one
  if (maxTime !== null && has(Timer)) {
    process.emitWarning('The option `maxTime` is ignored: there is a Timer among the callbacks.');
  }
  const added = [
    ...legacyCallbacks(options),
    ...(maxTime !== null && !has(Timer) ? [new Timer({ duration: maxTime })] : []),
    ...defaultOutputs(options),
    ...(options.enableCheckpointing && !has(ModelCheckpoint) ? [new ModelCheckpoint()] : []),
  ];
  const all = inOrder([...callbacks, ...added]);
  checkStateKeys(all);
  return all;
}

/** Adds what the module's configureCallbacks returned: one of the same class takes the place of the Trainer's. */
export function addModuleCallbacks(callbacks: Callback[], module: LightningModule): void {
  const own = [module.configureCallbacks()].flat();
  for (const callback of own) checkHookNames('callback', callback);
  const kept = callbacks.filter((callback) => !own.some((other) => other instanceof callback.constructor));
  callbacks.splice(0, callbacks.length, ...inOrder([...kept, ...own]));
  checkStateKeys(callbacks);
}

/** @throws MisconfigurationError when a checkpoint could not hold the state of all */
function checkStateKeys(callbacks: readonly Callback[]): void {
  const stateful = callbacks.filter(({ stateDict }) => stateDict !== Callback.prototype.stateDict);
  const keys = stateful.map(({ stateKey }) => stateKey);
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice === undefined) return;
  throw new MisconfigurationError({
    code: 'duplicate-state-key',
    found: `Found more than one stateful callback of type ${twice.split('{')[0]}: they keep their state under the same key, ${twice}.`,
    fix: 'Give them different options, or override stateKey in one.',
  });
}

function inOrder(callbacks: readonly Callback[]): Callback[] {
  const place = ({ searchesFor, writesCheckpoints }: Callback) => (searchesFor ? 0 : writesCheckpoints ? 2 : 1);
  return [0, 1, 2].flatMap((wanted) => callbacks.filter((callback) => place(callback) === wanted));
}
