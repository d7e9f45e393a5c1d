import { alternatives, behaviourOf, entryOf, type ObjectValue } from '../analysis/index.js';
import { type Fix, renameEntry } from '../fixes/index.js';
import { defineRule } from './defineRule.js';

/** An object from trainingStep without the `loss` that the Trainer looks for. */
export const missingLossKey = defineRule({
  id: 'missing-loss-key',
  severity: 'error',
  messages: {
    missing: "trainingStep returns an object without 'loss', where the Trainer looks for the loss. It has: {keys}.",
  },
  check(module, report) {
    const behaviour = behaviourOf(module);
    const step = behaviour.ownMethod('trainingStep');
    // trainingStepEnd may make a loss of it, and a subclass's step may add one.
    if (!step || module.brokenSyntax || module.has('trainingStepEnd') || behaviour.optimization !== 'automatic') return;
    for (const { value } of step.returns) {
      for (const found of value ? alternatives(value) : []) {
        if (!value || found.kind !== 'object' || !found.isClosed || entryOf(found, 'loss')) continue;
        const keys = found.entries.map(({ name }) => name).join(', ') || 'nothing';
        const certainty = module.usage.isExtended ? 'likely' : 'certain';
        report({ at: value.range, message: 'missing', data: { keys }, certainty, fix: renamed(found) });
      }
    }
  },
});

/** `{ trainLoss }` → `{ loss: trainLoss }`, where just one of them is a loss. */
function renamed(object: ObjectValue): Fix | undefined {
  const losses = object.entries.filter(({ name }) => /loss/i.test(name));
  const [entry] = losses;
  if (!entry || losses.length > 1) return undefined;
  return { title: `Rename ${entry.name} to loss`, changes: [renameEntry(entry, 'loss')] };
}
