import { behaviourOf } from '../analysis/index.js';
import { defineRule } from './defineRule.js';

/** Manual optimization that never gets hold of an optimizer. */
export const manualWithoutOptimizers = defineRule({
  id: 'manual-without-optimizers',
  severity: 'warning',
  messages: {
    unused:
      'manualBackward computes gradients, but {name} never calls this.optimizers(): no weight is updated. Call zeroGrad() before it and await optimizer.step() after it.',
    nothing:
      '{name} sets automaticOptimization to false, and neither calls manualBackward nor this.optimizers(): nothing is learned.',
  },
  check(module, report) {
    const behaviour = behaviourOf(module);
    const step = behaviour.ownMethod('trainingStep');
    if (!step || behaviour.optimization !== 'manual' || behaviour.isKnown === null || module.usage.isExtended) return;
    // However they are got hold of: by a destructured this, or by the Trainer's list.
    if (behaviour.callsOwn('optimizers') || module.file.usedProperties.has('optimizers')) return;
    const hasBackward = behaviour.callsOwn('manualBackward') || behaviour.callsOwn('backward');
    // The closure of optimizerStep, or a method of its own, may be another way to learn.
    const isProven = hasBackward && behaviour.isKnown === 'certain' && !module.file.usedProperties.has('step');
    if (!hasBackward && module.isAbstract) return;
    report({
      at: step.nameRange,
      message: hasBackward ? 'unused' : 'nothing',
      data: { name: module.name },
      certainty: isProven ? 'certain' : 'likely',
    });
  },
});
