import { behaviourOf, type CallFact, type MethodBody, type ModuleModel } from '../analysis/index.js';
import { type Fix, insertLine } from '../fixes/index.js';
import { defineRule } from './defineRule.js';

/** Manual optimization whose gradients pile up from batch to batch. */
export const stepWithoutZeroGrad = defineRule({
  id: 'step-without-zero-grad',
  severity: 'warning',
  messages: {
    never:
      '{name} steps, but never calls zeroGrad(): gradients of all batches add up. Call {optimizer}.zeroGrad() before manualBackward.',
  },
  check(module, report) {
    const behaviour = behaviourOf(module);
    if (behaviour.optimization !== 'manual' || behaviour.isKnown === null) return;
    const calls = behaviour.allMethods.flatMap((method) => method.calls);
    // Whoever clears them, in whatever way, is in the file somewhere.
    if (calls.some(({ name }) => name === 'zeroGrad' || name === 'optimizerZeroGrad')) return;
    if (module.file.usedProperties.has('zeroGrad') || !behaviour.callsOwn('manualBackward')) return;
    for (const method of behaviour.reached('trainingStep')) {
      if (!behaviour.own.methods.includes(method)) continue;
      const step = method.calls.find((call) => isOptimizerStep(module, method, call));
      if (!step?.receiver) continue;
      const optimizer = module.file.text.slice(step.receiver.start, step.receiver.end);
      report({
        at: step.range,
        message: 'never',
        data: { name: method.name, optimizer },
        certainty: behaviour.isKnown === 'certain' ? 'certain' : 'likely',
        fix: clearing(module, method, step, optimizer),
      });
      return;
    }
  },
});

/** Of an optimizer, and not of a learning rate scheduler: that one is not awaited, and has another name. */
function isOptimizerStep({ file: { text } }: ModuleModel, { ownCalls }: MethodBody, call: CallFact): boolean {
  if (call.name !== 'step' || !call.receiver || call.path?.startsWith('this.') || !ownCalls.has('optimizers'))
    return false;
  const receiver = text.slice(call.receiver.start, call.receiver.end);
  return call.isAwaited && !/sched|lr/i.test(receiver);
}

/** Before the first backward, where both are statements of the same block. */
function clearing(module: ModuleModel, { calls }: MethodBody, step: CallFact, optimizer: string): Fix | undefined {
  const backward = calls.find(({ path }) => path === 'this.manualBackward');
  if (!backward?.isStatement || backward.place.block !== step.place.block || !/^[\w$]+$/.test(optimizer))
    return undefined;
  const { text } = module.file;
  const start = text.lastIndexOf('await', backward.range.start);
  const statement =
    backward.isAwaited && text.slice(start + 5, backward.range.start).trim() === '' ? start : backward.range.start;
  const change = insertLine(module, statement, `${optimizer}.zeroGrad();`, 'before');
  return change && { title: `Add ${optimizer}.zeroGrad()`, changes: [change] };
}
