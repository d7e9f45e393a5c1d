import { type LightningModule, nestedModules } from '../core/index.js';
import { MisconfigurationError } from '../errors/index.js';
import type { DataConnector } from './dataConnector.js';
import { isOverriddenIn } from './hooks.js';
import { isZeroLimit, show } from './options/values.js';
import type { ResolvedOptions } from './options.js';

/** PyTorch Lightning's name for configureModel until 2.1, which it still calls. */
const SHARDED = 'configureShardedModel';

/** Options that say how to validate. */
const VALIDATION = ['limitValBatches', 'valCheckInterval', 'checkValEveryNEpoch', 'numSanityValSteps'] as const;

/** Tells why a fit does not validate, where something was prepared for it. Source: `trainer/configuration_validator.py`; the options are ours. */
export function warnOfSkippedValidation(module: LightningModule, data: DataConnector, options: ResolvedOptions): void {
  const name = module.constructor.name;
  const [hasStep, hasLoader] = [isOverriddenIn(module, 'validationStep'), data.has('validate')];
  if (hasStep && hasLoader) return;
  if (hasLoader) process.emitWarning(`${name} has validation batches but no validationStep: validation is skipped.`);
  if (hasStep) {
    process.emitWarning(`${name} has a validationStep but there is no valDataloader: validation is skipped.`);
  }
  const unused = VALIDATION.filter((option) => options.given.has(option) && !isOff(options[option]));
  if (unused.length === 0) return;
  process.emitWarning(
    `${unused.map((option) => `\`${option}: ${show(options[option])}\``).join(', ')} ${unused.length > 1 ? 'have' : 'has'} no effect: ${name} has ${hasStep ? 'no valDataloader' : 'no validationStep'}, so that nothing is validated.`,
  );
}

function isOff(value: unknown): boolean {
  return (typeof value === 'number' || typeof value === 'string') && isZeroLimit(value as number);
}

/** Tells of modules that would be trained as they are evaluated. Source: `fit_loop.py`, `_warn_if_modules_in_eval_mode`. */
export function warnOfEvaluationMode(module: LightningModule): void {
  const count = modulesIn(module).filter(({ training }) => !training).length;
  if (count === 0) return;
  process.emitWarning(
    `Found ${count} module(s) in eval mode at the start of training: dropout and batch normalization may not do what training wants. If that is not meant, call module.train().`,
  );
}

function modulesIn(module: LightningModule): LightningModule[] {
  return [module, ...nestedModules(module).flatMap(modulesIn)];
}

/** @throws MisconfigurationError for a module that has the old name and the new one */
export function checkShardedModel(module: LightningModule): void {
  if (typeof Reflect.get(module, SHARDED) !== 'function' || !isOverriddenIn(module, 'configureModel')) return;
  throw new MisconfigurationError({
    code: 'legacy-hook',
    found: `Both ${module.constructor.name}.configureModel and ${module.constructor.name}.${SHARDED} are there.`,
    fix: `Remove ${SHARDED}, the older name.`,
  });
}

/** Calls configureModel under its older name, and says so. */
export async function callShardedModel(module: LightningModule): Promise<void> {
  const hook: unknown = Reflect.get(module, SHARDED);
  if (typeof hook !== 'function') return;
  process.emitWarning(`${module.constructor.name}.${SHARDED} is deprecated: rename it to configureModel.`);
  await hook.call(module);
}
