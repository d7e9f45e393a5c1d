import { type HookName, LightningModule, parameterCount } from '../core/index.js';
import { MisconfigurationError } from '../errors/index.js';
import type { ModuleHookName, RunContext } from './runContext.js';

/** Hooks of an evaluation that take the loader's index last, and where that stands. */
const INDEX_AT = {
  validationStep: 2,
  testStep: 2,
  predictStep: 2,
  onValidationBatchStart: 2,
  onTestBatchStart: 2,
  onPredictBatchStart: 2,
  onValidationBatchEnd: 3,
  onTestBatchEnd: 3,
  onPredictBatchEnd: 3,
} as const satisfies Partial<Record<HookName & ModuleHookName, number>>;

/** A hook that takes the loader's index. */
export type IndexedHook = keyof typeof INDEX_AT;

const PARAMETERS: Readonly<Record<2 | 3, string>> = { 2: 'batch, batchIdx', 3: 'outputs, batch, batchIdx' };

/**
 * With one loader there is no index to tell, and with several a hook that does not take it would mix them.
 * Source: PyTorch Lightning, `loops/utilities.py`, `_verify_dataloader_idx_requirement`.
 * @throws MisconfigurationError for a hook of the module that takes an index where there is none, and the other way round
 */
export function checkLoaderIndex({ module }: RunContext, names: readonly IndexedHook[], loaders: number): void {
  for (const name of names) {
    const hook: unknown = module[name];
    if (!isFunction(hook) || hook === LightningModule.prototype[name]) continue;
    const before = INDEX_AT[name];
    const takes = parameterCount(hook);
    const isMissing = loaders > 1 && takes !== undefined && takes <= before;
    if (!isMissing && (loaders > 1 || hook.length <= before)) continue;
    const withDefault = `${name}(${PARAMETERS[before]}, dataloaderIdx = 0)`;
    throw new MisconfigurationError({
      code: 'step-parameters',
      found: isMissing
        ? `${module.constructor.name}.${name} does not take a dataloaderIdx, but there are ${loaders} loaders.`
        : `${module.constructor.name}.${name} requires a dataloaderIdx, but there is one loader.`,
      fix: isMissing
        ? `Add the parameter: ${withDefault}.`
        : `Remove the parameter, or give it a default: ${withDefault}.`,
      blame: hook,
    });
  }
}

/** Users set hooks to null, and that is no fault. */
function isFunction(value: unknown): value is (...args: never[]) => unknown {
  return typeof value === 'function';
}
