import { behaviourOf, type CallFact, type MethodBody } from '../analysis/index.js';
import { type Fix, insertField } from '../fixes/index.js';
import { defineRule } from './defineRule.js';

/** A step that does what the Trainer does, too. */
export const backwardInAutomatic = defineRule({
  id: 'backward-in-automatic',
  severity: 'error',
  messages: {
    backward:
      'Under automatic optimization the Trainer calls backward, and manualBackward throws. Set automaticOptimization = false, or return the loss.',
    step: 'Under automatic optimization the Trainer steps the optimizer: this is one step more. Remove it, or set automaticOptimization = false.',
  },
  check(module, report) {
    const behaviour = behaviourOf(module);
    if (behaviour.optimization !== 'automatic' || behaviour.isKnown === null) return;
    const isFinal = !module.isAbstract && !module.usage.isExtended && behaviour.isKnown === 'certain';
    const certainty = isFinal ? 'certain' : 'likely';
    const field = 'automaticOptimization = false;';
    const isManualInAllButName = behaviour.callsOwn('optimizers') && behaviour.callsOwn('manualBackward');
    const fix: Fix | undefined = isManualInAllButName
      ? { title: `Add ${field}`, changes: [insertField(module, field)] }
      : undefined;
    for (const method of behaviour.ownMethods) {
      for (const call of method.calls) {
        if (call.path === 'this.manualBackward') {
          report({ at: call.range, message: 'backward', certainty, fix });
          return; // one cause, one finding
        }
      }
    }
    const steps = new Set(behaviour.reached('trainingStep'));
    for (const method of behaviour.ownMethods.filter((each) => steps.has(each))) {
      const call = method.calls.find((each) => isOptimizerStep(method, each));
      if (call) report({ at: call.range, message: 'step', certainty: 'likely' });
    }
  },
});

function isOptimizerStep({ ownCalls }: MethodBody, { name, path, isAwaited }: CallFact): boolean {
  return (
    name === 'step' &&
    isAwaited &&
    ownCalls.has('optimizers') &&
    !path?.startsWith('this.') &&
    !/sched/i.test(path ?? '')
  );
}
