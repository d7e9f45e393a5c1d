import { type LightningModule, LightningOptimizer } from '../core/index.js';
import { MisconfigurationError } from '../errors/index.js';
import type { Optimizer } from '../optim/index.js';
import { NoOptimizer } from './noOptimizer.js';
import { type OptimizerParts, readOptimizerConfig } from './optimizerConfig.js';
import type { ActiveRun } from './run.js';
import { readSchedulers } from './schedulerConfig.js';
import type { Trainer } from './trainer.js';

/**
 * Asks the module for its optimizers and schedulers, and makes them those of the run.
 * @param before optimizers of this Trainer's earlier run, whose state is freed unless they go on
 * @throws MisconfigurationError for anything that is no optimizer or scheduler
 */
export async function configureOptimizers(
  trainer: Trainer,
  run: ActiveRun,
  before: readonly LightningOptimizer[],
): Promise<void> {
  const { module, hooks, optimizers, schedulers } = run;
  const parts = partsOf(module, await hooks.callModule('configureOptimizers'));
  for (const optimizer of parts.optimizers) optimizers.push(wrap(trainer, run, optimizer));
  for (const { optimizer } of before) if (!parts.optimizers.includes(optimizer)) optimizer.dispose();
  schedulers.push(...readSchedulers(module, parts));
  if (optimizers.length > 1) {
    throw new MisconfigurationError({
      code: 'several-optimizers',
      found: `${module.constructor.name}.configureOptimizers returned ${optimizers.length} optimizers.`,
      allowed: 'one, under automatic optimization',
      fix: 'Put all parameters into one optimizer, with parameter groups. Manual optimization is not built in this version.',
      blame: module.configureOptimizers,
    });
  }
}

function partsOf(module: LightningModule, config: unknown): OptimizerParts {
  const isNone = config === null || config === undefined || (Array.isArray(config) && config.length === 0);
  if (!isNone) return readOptimizerConfig(module, config);
  process.emitWarning(
    `${module.constructor.name}.configureOptimizers returned none of the optimizers: nothing will be trained.`,
  );
  return { optimizers: [new NoOptimizer()], schedulers: [], monitor: undefined };
}

/** Counts the optimizer's steps, and surrounds them with what happens before an update. */
function wrap(trainer: Trainer, { hooks, context }: ActiveRun, optimizer: Optimizer): LightningOptimizer {
  const { optimizerSteps } = trainer.fitLoop.epochLoop;
  return new LightningOptimizer(optimizer, {
    async beforeUpdate() {
      optimizerSteps.count('ready');
      await hooks.call('onBeforeOptimizerStep', optimizer);
      const { gradientClipVal, gradientClipAlgorithm } = context.limits;
      await hooks.callModule('configureGradientClipping', optimizer, gradientClipVal, gradientClipAlgorithm);
    },
    afterUpdate: () => optimizerSteps.count('completed'),
  });
}
