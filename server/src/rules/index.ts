/** The rules: one file each, found by id. */
import type { Rule } from './defineRule.js';
import { missingConfigureOptimizers } from './missing-configure-optimizers.js';
import { missingTrainingStep } from './missing-training-step.js';
import { unknownHook } from './unknown-hook.js';

export type { Finding, Rule, Severity } from './defineRule.js';
export { lint } from './lint.js';

/** All rules, in the order in which their findings are listed at one place. */
export const RULES: readonly Rule[] = [missingTrainingStep, missingConfigureOptimizers, unknownHook];
