import { type LightningModule, LightningOptimizer } from '../core/index.js';
import { MisconfigurationError } from '../errors/index.js';
import { Optimizer } from '../optim/index.js';
import { NoOptimizer } from './noOptimizer.js';
import type { ActiveRun } from './run.js';
import type { Trainer } from './trainer.js';

/**
 * Asks the module for its optimizers and makes them those of the run.
 * @param before optimizers of this Trainer's earlier run, whose state is freed unless they go on
 * @throws MisconfigurationError for anything that is no optimizer
 */
export async function configureOptimizers(
  trainer: Trainer,
  { module, hooks, optimizers, context }: ActiveRun,
  before: readonly LightningOptimizer[],
): Promise<void> {
  const config: unknown = await hooks.callModule('configureOptimizers');
  const isNone = config === null || config === undefined;
  if (isNone) {
    process.emitWarning(
      `${module.constructor.name}.configureOptimizers returned none of the optimizers: nothing will be trained.`,
    );
  }
  const given = isNone ? [new NoOptimizer()] : [config].flat();
  const { epochLoop } = trainer.fitLoop;
  for (const candidate of given) {
    if (!(candidate instanceof Optimizer)) throw notAnOptimizer(module, candidate);
    const optimizer: Optimizer = candidate;
    optimizers.push(
      new LightningOptimizer(optimizer, {
        async beforeUpdate() {
          epochLoop.optimizerSteps.count('ready');
          await hooks.call('onBeforeOptimizerStep', optimizer);
          const { gradientClipVal, gradientClipAlgorithm } = context.limits;
          await hooks.callModule('configureGradientClipping', optimizer, gradientClipVal, gradientClipAlgorithm);
        },
        afterUpdate: () => epochLoop.optimizerSteps.count('completed'),
      }),
    );
  }
  for (const { optimizer } of before) if (!given.includes(optimizer)) optimizer.dispose();
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

function notAnOptimizer(module: LightningModule, found: unknown): MisconfigurationError {
  const looks =
    typeof found === 'object' && found !== null
      ? `an object with ${Object.keys(found).join(', ')}`
      : `a ${typeof found}`;
  return new MisconfigurationError({
    code: 'optimizer-config',
    found: `${module.constructor.name}.configureOptimizers returned ${looks}.`,
    allowed: 'an optimizer of `optim`, or a list of one. Learning rate schedulers are not built in this version',
    fix: 'Return new optim.Adam(this.parameters(), { lr: 1e-3 }).',
    blame: module.configureOptimizers,
  });
}
