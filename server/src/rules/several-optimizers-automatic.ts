import { behaviourOf } from '../analysis/index.js';
import { type Fix, insertField } from '../fixes/index.js';
import { defineRule } from './defineRule.js';
import { ownConfigs } from './optimizerConfig.js';

/** Several optimizers, and nobody to say when each of them steps: fit throws. */
export const severalOptimizersAutomatic = defineRule({
  id: 'several-optimizers-automatic',
  severity: 'error',
  messages: {
    several:
      'configureOptimizers returns {count} optimizers, and automatic optimization drives one: fit() throws. Set automaticOptimization = false and step them in trainingStep, or put all parameters into one optimizer.',
  },
  check(module, report) {
    const behaviour = behaviourOf(module);
    // A subclass may set it.
    if (behaviour.optimization !== 'automatic' || behaviour.isKnown === null) return;
    const isFinal = !module.isAbstract && !module.usage.isExtended;
    for (const { value, optimizers } of ownConfigs(module)) {
      const known = optimizers.filter(({ constructed }) => constructed !== undefined);
      if (known.length < 2) continue;
      const steps = behaviour.callsOwn('manualBackward');
      const field = 'automaticOptimization = false;';
      const fix: Fix | undefined = steps ? { title: `Add ${field}`, changes: [insertField(module, field)] } : undefined;
      report({
        at: value.range,
        message: 'several',
        data: { count: String(optimizers.length) },
        certainty: isFinal ? 'certain' : 'likely',
        fix,
      });
    }
  },
});
