import { insertHook } from '../fixes/index.js';
import { defineRule } from './defineRule.js';
import { isMisspelt } from './misspeltHooks.js';

/** A module that is to be fitted needs a `trainingStep`. */
export const missingTrainingStep = defineRule({
  id: 'missing-training-step',
  severity: 'error',
  messages: {
    missing:
      '{name} has no trainingStep, and fit() needs one. Add trainingStep(batch, batchIdx) that returns the loss.',
    evaluationOnly:
      '{name} has no trainingStep: it can be validated, tested or used for prediction, but fit() needs a trainingStep(batch, batchIdx) that returns the loss.',
  },
  check(module, report) {
    const certainty = module.lacks('trainingStep');
    // A misspelt one is unknown-hook's to report: one cause, one finding.
    if (!module.standsAlone || certainty === null || isMisspelt(module, 'trainingStep')) return;
    const isWanted = !module.isEvaluationOnly;
    report({
      at: module.nameRange,
      message: isWanted ? 'missing' : 'evaluationOnly',
      data: { name: module.name },
      certainty: isWanted ? certainty : 'likely',
      fix: insertHook(module, 'trainingStep'),
    });
  },
});
