import { insertHook } from '../fixes/index.js';
import { defineRule } from './defineRule.js';
import { isMisspelt } from './misspeltHooks.js';

/** A module that is to be fitted needs `configureOptimizers`. */
export const missingConfigureOptimizers = defineRule({
  id: 'missing-configure-optimizers',
  severity: 'error',
  messages: {
    missing:
      '{name} has no configureOptimizers, and fit() needs one. Add configureOptimizers() that returns an optimizer, such as new optim.Adam(this.parameters(), { lr: 1e-3 }).',
  },
  check(module, report) {
    const certainty = module.lacks('configureOptimizers');
    // missing-training-step speaks for a module that is not fitted, unknown-hook for a misspelt hook.
    if (!module.standsAlone || certainty === null || module.isEvaluationOnly) return;
    if (isMisspelt(module, 'configureOptimizers')) return;
    report({
      at: module.nameRange,
      message: 'missing',
      data: { name: module.name },
      certainty,
      fix: insertHook(module, 'configureOptimizers'),
    });
  },
});
