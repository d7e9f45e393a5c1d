import type { Callback } from '../callbacks/index.js';
import { LEGACY_HOOKS, type LightningModule } from '../core/index.js';
import { MisconfigurationError } from '../errors/index.js';
import type { RunKind } from '../protocol/index.js';
import type { EntryArguments } from './activeRun.js';
import { checkHookNames } from './hookNameChecks.js';
import { isOverriddenIn } from './hooks.js';
import { checkShardedModel } from './modelWarnings.js';
import type { ResolvedOptions } from './options.js';

const STEP_OF = { validate: 'validationStep', test: 'testStep' } as const;

/** What can be known before anything is set up. Source: PyTorch Lightning, `trainer/configuration_validator.py`. */
export function checkConfiguration(
  kind: RunKind,
  module: LightningModule,
  { datamodule, train, evaluation }: EntryArguments,
  options: ResolvedOptions,
  callbacks: readonly Callback[] = [],
): void {
  // First, since a hook that is missing may be there under a wrong name.
  checkHookNames('module', module);
  if (datamodule) checkHookNames('datamodule', datamodule);
  for (const callback of callbacks) checkHookNames('callback', callback);
  const name = module.constructor.name;
  const has = (hook: string) => isOverriddenIn(module, hook);
  const missing = (hook: string, fix: string) =>
    new MisconfigurationError({
      code: `missing-${hook}`,
      found: `${name} has no ${hook}, and ${kind} needs one.`,
      fix,
      blame: module.constructor as () => unknown, // a class is a function, and that is where the hook is missing
    });
  if (kind === 'fit' && !has('trainingStep')) {
    throw missing('trainingStep', 'Add trainingStep(batch, batchIdx) that returns the loss.');
  }
  const isTruncated = module.truncatedBpttSteps > 0 || options.truncatedBpttSteps > 0;
  if (kind === 'fit' && module.trainingStep.length > (isTruncated ? 3 : 2)) {
    throw new MisconfigurationError({
      code: 'step-parameters',
      found: `${name}.trainingStep has ${module.trainingStep.length} parameters.`,
      allowed: 'trainingStep(batch, batchIdx)',
      fix: 'An optimizerIdx is no longer passed: with several optimizers, use manual optimization.',
      blame: module.trainingStep,
    });
  }
  if (kind === 'fit' && !has('configureOptimizers')) {
    throw missing(
      'configureOptimizers',
      'Add configureOptimizers() { return new optim.Adam(this.parameters(), { lr: 1e-3 }); }.',
    );
  }
  if ((kind === 'validate' || kind === 'test') && !has(STEP_OF[kind])) {
    throw missing(STEP_OF[kind], `Add ${STEP_OF[kind]}(batch, batchIdx) that logs its metrics.`);
  }
  if (kind === 'predict' && typeof module.predictStep !== 'function') {
    throw missing(
      'predictStep',
      'It is set to something that is no function: remove that, or write predictStep(batch, batchIdx).',
    );
  }
  if (kind === 'predict' && !has('predictStep') && !has('forward')) {
    throw missing('predictStep', 'Add forward(x), which predictStep calls, or predictStep(batch, batchIdx) itself.');
  }
  for (const [legacy, { replacement }] of Object.entries(LEGACY_HOOKS)) {
    if (typeof Reflect.get(module, legacy) !== 'function') continue;
    throw new MisconfigurationError({
      code: 'legacy-hook',
      found: `${name}.${legacy} is a hook of PyTorch Lightning 1.x, which is not built in this version.`,
      fix: `Use ${replacement} instead.`,
    });
  }
  checkShardedModel(module);
  if (kind === 'fit' && !module.automaticOptimization) checkManual(module, options);
  if (datamodule && (train || evaluation)) {
    throw new MisconfigurationError({
      code: 'loaders-twice',
      found: `trainer.${kind} was given loaders and a \`datamodule\`.`,
      allowed: 'one of the two',
    });
  }
}

/** Under manual optimization the step does these itself. */
function checkManual(module: LightningModule, { gradientClipVal, accumulateGradBatches }: ResolvedOptions): void {
  const manual = `${module.constructor.name} sets automaticOptimization to false: manual optimization`;
  if (gradientClipVal !== null && gradientClipVal > 0) {
    throw new MisconfigurationError({
      code: 'manual-clipping',
      found: `${manual} does not clip, but \`gradientClipVal\` is ${gradientClipVal}.`,
      fix: 'Remove the option, and call this.clipGradients(optimizer, value) in trainingStep before optimizer.step().',
    });
  }
  if (accumulateGradBatches === 1) return;
  throw new MisconfigurationError({
    code: 'manual-accumulation',
    found: `${manual} does not accumulate, but \`accumulateGradBatches\` is ${accumulateGradBatches}.`,
    fix: 'Remove the option, and call optimizer.step() and optimizer.zeroGrad() every few batches in trainingStep.',
  });
}
