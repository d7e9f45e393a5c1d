import type { LightningModule, LRSchedulerConfig, LRSchedulerLike } from '../core/index.js';
import { type Fault, MisconfigurationError } from '../errors/index.js';
import { LRScheduler, OneCycleLR, type Optimizer, ReduceLROnPlateau } from '../optim/index.js';
import { isOverriddenIn } from './hooks.js';
import { checkKeys, isSettings, type OptimizerParts } from './optimizerConfig.js';

const SETTINGS = ['scheduler', 'interval', 'frequency', 'monitor', 'strict', 'name', 'reduceOnPlateau'];
const PLATEAU = 'ReduceLROnPlateau';

/**
 * The schedulers that configureOptimizers returned, with defaults filled in. Source: PyTorch Lightning, `core/optimizer.py`.
 * @throws MisconfigurationError for what cannot be stepped, or not when it was asked
 */
export function readSchedulers(
  module: LightningModule,
  { optimizers, schedulers, monitor }: OptimizerParts,
): LRSchedulerConfig[] {
  const read = module.automaticOptimization
    ? (input: unknown) => (isSettings(input) ? fromSettings(module, input) : fromScheduler(module, input, monitor))
    : (input: unknown) => forManual(module, isSettings(input) ? input : { scheduler: input });
  const configs = schedulers.map(read);
  for (const { scheduler } of configs) checkScheduler(module, scheduler, optimizers);
  return configs;
}

function fromScheduler(module: LightningModule, scheduler: unknown, monitor: unknown): LRSchedulerConfig {
  const isPlateau = scheduler instanceof ReduceLROnPlateau;
  if (!isPlateau) return complete(module, { scheduler });
  if (typeof monitor === 'string') return complete(module, { scheduler, monitor, reduceOnPlateau: true });
  throw fault(module, {
    code: 'scheduler-monitor',
    found: `configureOptimizers must include a monitor when a ${PLATEAU} scheduler is used, and there is none.`,
    fix: "For example: { optimizer, lrScheduler: scheduler, monitor: 'val_loss' }.",
  });
}

const IGNORED_IN_MANUAL = ['reduceOnPlateau', 'monitor', 'strict'];

/** Under manual optimization the user steps it: nothing needs to be known of when. */
function forManual(module: LightningModule, given: Readonly<Record<string, unknown>>): LRSchedulerConfig {
  const ignored = IGNORED_IN_MANUAL.filter((key) => given[key] !== undefined);
  if (ignored.length > 0) {
    process.emitWarning(
      `The lr scheduler object has ${ignored.join(', ')}, which are ignored under manual optimization: step the scheduler in trainingStep, this.lrSchedulers()[0].step().`,
    );
  }
  checkHasScheduler(module, given);
  const kept = Object.entries(given).filter(([key]) => !IGNORED_IN_MANUAL.includes(key));
  return { ...complete(module, Object.fromEntries(kept)), reduceOnPlateau: false };
}

function fromSettings(module: LightningModule, given: Readonly<Record<string, unknown>>): LRSchedulerConfig {
  checkKeys('the lr scheduler object', given, SETTINGS, module.configureOptimizers);
  const { scheduler, interval = 'epoch', monitor } = given;
  checkHasScheduler(module, given);
  const isPlateau = given.reduceOnPlateau ?? scheduler instanceof ReduceLROnPlateau;
  if (isPlateau && (monitor === undefined || monitor === null)) {
    throw fault(module, {
      code: 'scheduler-monitor',
      found: `The lr scheduler object must include a monitor when a ${PLATEAU} scheduler is used, and it has none.`,
      fix: "For example: { optimizer, lrScheduler: { scheduler, monitor: 'val_loss' } }.",
    });
  }
  if (scheduler instanceof OneCycleLR && interval === 'epoch') {
    process.emitWarning("A OneCycleLR scheduler has the interval 'epoch'. Are you sure you did not mean 'step'?");
  }
  return complete(module, given);
}

function checkHasScheduler(module: LightningModule, { scheduler }: Readonly<Record<string, unknown>>): void {
  if (scheduler !== undefined) return;
  throw fault(module, {
    code: 'scheduler-config',
    found: 'An lr scheduler object has no key `scheduler`.',
    allowed: SETTINGS.join(', '),
    fix: 'Give the scheduler itself under it: { scheduler: new optim.StepLR(optimizer, { stepSize: 10 }) }.',
  });
}

/** What each setting must be. */
const CHECKS: Readonly<Record<string, { readonly allowed: string; accepts(value: unknown): boolean }>> = {
  interval: { allowed: "'step' or 'epoch'", accepts: (value) => value === 'step' || value === 'epoch' },
  frequency: {
    allowed: 'a whole number from 1 up',
    accepts: (value) => Number.isSafeInteger(value) && Number(value) >= 1,
  },
  monitor: { allowed: 'the name of a logged value', accepts: (value) => value === null || typeof value === 'string' },
  strict: { allowed: 'true or false', accepts: (value) => typeof value === 'boolean' },
  name: { allowed: 'a name', accepts: (value) => value === null || typeof value === 'string' },
  reduceOnPlateau: { allowed: 'true or false', accepts: (value) => typeof value === 'boolean' },
};

function complete(module: LightningModule, given: Readonly<Record<string, unknown>>): LRSchedulerConfig {
  const { scheduler } = given;
  const config: Record<string, unknown> = {
    scheduler,
    interval: given.interval ?? 'epoch',
    frequency: given.frequency ?? 1,
    monitor: given.monitor ?? null,
    strict: given.strict ?? true,
    name: given.name ?? null,
    reduceOnPlateau: given.reduceOnPlateau ?? scheduler instanceof ReduceLROnPlateau,
  };
  for (const [key, { allowed, accepts }] of Object.entries(CHECKS)) {
    if (accepts(config[key])) continue;
    throw fault(module, {
      code: 'scheduler-config',
      found: `\`${key}\` in the lr scheduler object is ${JSON.stringify(config[key])}.`,
      allowed,
    });
  }
  return config as unknown as LRSchedulerConfig; // each field was checked; the scheduler comes next
}

function checkScheduler(module: LightningModule, scheduler: unknown, optimizers: readonly Optimizer[]): void {
  const name = typeof scheduler === 'object' && scheduler !== null ? scheduler.constructor.name : typeof scheduler;
  if (!hasState(scheduler)) {
    throw fault(module, {
      code: 'scheduler-invalid',
      found: `The provided lr scheduler ${name} is invalid: it should have \`stateDict\` and \`loadStateDict\` methods defined.`,
      fix: 'Use a scheduler of `optim`, or add them.',
    });
  }
  if (!optimizers.includes(scheduler.optimizer)) {
    throw fault(module, {
      code: 'scheduler-optimizer',
      found: `The lr scheduler ${name} is attached with an optimizer that was not returned from configureOptimizers.`,
      fix: 'Return that optimizer, too, or make the scheduler with the one that is returned.',
    });
  }
  if (!(scheduler instanceof LRScheduler) && !isOverriddenIn(module, 'lrSchedulerStep')) {
    throw fault(module, {
      code: 'scheduler-invalid',
      found: `The provided lr scheduler ${name} is not an optim.LRScheduler.`,
      fix: `Override lrSchedulerStep(scheduler, metric) in ${module.constructor.name} with your own logic if you use a custom one.`,
    });
  }
}

function hasState(scheduler: unknown): scheduler is LRSchedulerLike {
  if (typeof scheduler !== 'object' || scheduler === null) return false;
  return ['stateDict', 'loadStateDict'].every((name) => typeof Reflect.get(scheduler, name) === 'function');
}

function fault(module: LightningModule, facts: Omit<Fault, 'blame'>): MisconfigurationError {
  return new MisconfigurationError({ ...facts, blame: module.configureOptimizers });
}
