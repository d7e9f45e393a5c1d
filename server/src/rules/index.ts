/** The rules: one file each, found by id. */

import { asyncHook } from './async-hook.js';
import { backwardInAutomatic } from './backward-in-automatic.js';
import { conflictingTrainerOptions } from './conflicting-trainer-options.js';
import type { Rule } from './defineRule.js';
import { disposeInStep } from './dispose-in-step.js';
import { duplicateLogKey } from './duplicate-log-key.js';
import { hookReturn } from './hook-return.js';
import { hookSignature } from './hook-signature.js';
import { legacyHook } from './legacy-hook.js';
import { legacyTrainerOption } from './legacy-trainer-option.js';
import { logBadArguments } from './log-bad-arguments.js';
import { logInForbiddenHook } from './log-in-forbidden-hook.js';
import { logNeverOnEpoch } from './log-never-on-epoch.js';
import { manualWithClipOrAccumulate } from './manual-with-clip-or-accumulate.js';
import { manualWithoutOptimizers } from './manual-without-optimizers.js';
import { missingConfigureOptimizers } from './missing-configure-optimizers.js';
import { missingLossKey } from './missing-loss-key.js';
import { missingMonitor } from './missing-monitor.js';
import { missingPredictLoader } from './missing-predict-loader.js';
import { missingPredictStep } from './missing-predict-step.js';
import { missingReturn } from './missing-return.js';
import { missingSaveHyperparameters } from './missing-save-hyperparameters.js';
import { missingSuperCall } from './missing-super-call.js';
import { missingTestLoader } from './missing-test-loader.js';
import { missingTestStep } from './missing-test-step.js';
import { missingTrainingStep } from './missing-training-step.js';
import { missingValidationLoader } from './missing-validation-loader.js';
import { missingValidationStep } from './missing-validation-step.js';
import { monitorNeverLogged } from './monitor-never-logged.js';
import { optimizerConfigKeys } from './optimizer-config-keys.js';
import { optionValue } from './option-value.js';
import { removedHook } from './removed-hook.js';
import { schedulerForeignOptimizer } from './scheduler-foreign-optimizer.js';
import { severalOptimizersAutomatic } from './several-optimizers-automatic.js';
import { stepWithoutZeroGrad } from './step-without-zero-grad.js';
import { syncReadInStep } from './sync-read-in-step.js';
import { tensorInConstructorLoop } from './tensor-in-constructor-loop.js';
import { tidyAroundReturn } from './tidy-around-return.js';
import { unknownHook } from './unknown-hook.js';
import { unknownTrainerOption } from './unknown-trainer-option.js';
import { unseededRandom } from './unseeded-random.js';

export type { Finding, Rule, Severity } from './defineRule.js';
export { lint } from './lint.js';

/** All rules, in the order in which their findings are listed at one place. */
export const RULES: readonly Rule[] = [
  // What is missing.
  missingTrainingStep,
  missingConfigureOptimizers,
  missingValidationStep,
  missingValidationLoader,
  missingTestStep,
  missingTestLoader,
  missingPredictStep,
  missingPredictLoader,
  missingSuperCall,
  missingSaveHyperparameters,
  missingMonitor,
  missingLossKey,
  missingReturn,
  // What is misspelt or misplaced.
  unknownHook,
  removedHook,
  legacyHook,
  hookSignature,
  hookReturn,
  asyncHook,
  // Metrics.
  monitorNeverLogged,
  logInForbiddenHook,
  logBadArguments,
  duplicateLogKey,
  logNeverOnEpoch,
  // Optimization.
  manualWithoutOptimizers,
  manualWithClipOrAccumulate,
  severalOptimizersAutomatic,
  optimizerConfigKeys,
  schedulerForeignOptimizer,
  stepWithoutZeroGrad,
  backwardInAutomatic,
  // tfjs: time, memory and chance.
  syncReadInStep,
  tensorInConstructorLoop,
  unseededRandom,
  tidyAroundReturn,
  disposeInStep,
  // The Trainer's options.
  unknownTrainerOption,
  legacyTrainerOption,
  optionValue,
  conflictingTrainerOptions,
];
