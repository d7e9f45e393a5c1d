import { type LightningModule, LightningOptimizer, toggle, untoggle } from '../core/index.js';
import { MisconfigurationError } from '../errors/index.js';
import type { Optimizer } from '../optim/index.js';
import type { ActiveRun } from './activeRun.js';
import { NoOptimizer } from './noOptimizer.js';
import { type OptimizerParts, readOptimizerConfig } from './optimizerConfig.js';
import { letCheckpointsGo } from './saveCheckpoint.js';
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
  for (const optimizer of parts.optimizers) optimizers.push(wrapOptimizer(trainer, run, optimizer));
  for (const { optimizer } of before) if (!parts.optimizers.includes(optimizer)) optimizer.dispose();
  schedulers.push(...readSchedulers(module, parts));
  if (module.automaticOptimization && optimizers.length > 1) {
    throw new MisconfigurationError({
      code: 'several-optimizers',
      found: `${module.constructor.name}.configureOptimizers returned ${optimizers.length} optimizers.`,
      allowed: 'one, under automatic optimization',
      fix: 'For manual optimization set automaticOptimization = false and step them in trainingStep: const [first, second] = this.optimizers(). Or put all parameters into one optimizer, with parameter groups.',
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

/** Surrounds the optimizer's steps with what happens before an update, and counts them where the user takes them. */
export function wrapOptimizer(
  trainer: Trainer,
  { module, hooks, context, optimizers }: ActiveRun,
  optimizer: Optimizer,
): LightningOptimizer {
  const manual = () => (module.automaticOptimization ? undefined : trainer.fitLoop.epochLoop.manualOptimization);
  return new LightningOptimizer(optimizer, {
    step: (work) => manual()?.step(work) ?? work(),
    update(_optimizer, closure) {
      return trainer.precisionPlugin.optimizerStep(optimizer, closure, {
        isAutomatic: module.automaticOptimization,
        async beforeUpdate() {
          manual()?.checkGradientsComplete('optimizer.step was called');
          await letCheckpointsGo();
          await hooks.call('onBeforeOptimizerStep', optimizer);
          if (!module.automaticOptimization) return; // clipping is the user's, too
          const { gradientClipVal, gradientClipAlgorithm } = context.limits;
          await hooks.callModule('configureGradientClipping', optimizer, gradientClipVal, gradientClipAlgorithm);
        },
      });
    },
    beforeZeroGrad: () => manual()?.checkGradientsComplete('optimizer.zeroGrad was called'),
    toggle() {
      toggle(
        module,
        optimizer,
        optimizers.map((each) => each.optimizer),
      );
      return () => untoggle(module);
    },
  });
}
