import { behaviourOf, type CallFact } from '../analysis/index.js';
import { defineRule } from './defineRule.js';

/** What makes a tensor from nothing but numbers. */
const MAKERS =
  /^tf\.(tensor([1-6]d)?|scalar|zeros|ones|fill|range|linspace|eye|randomNormal|randomUniform|truncatedNormal|zerosLike|onesLike|oneHot)$/;

/** A loop in a constructor that makes a tensor each time round. */
export const tensorInConstructorLoop = defineRule({
  id: 'tensor-in-constructor-loop',
  severity: 'warning',
  kinds: ['module', 'datamodule', 'callback'],
  messages: {
    tensor:
      'Each turn of this loop makes a tensor that lives as long as the {what}, and nobody frees. Make one tensor of all the values, or a tf.variable where it is to be learned.',
  },
  check(model, report) {
    const { methods, fieldCalls } = behaviourOf(model).own;
    const maker = methods.find(({ kind, bodyRange }) => kind === 'constructor' && bodyRange);
    const calls = [...(maker?.calls ?? []), ...fieldCalls];
    const disposes = calls.some(({ name }) => name === 'dispose');
    const what = { module: 'module', datamodule: 'data module', callback: 'callback' }[model.kind];
    const isBuilding = ({ place }: CallFact) => place.inLoop && !place.inTidy && !place.inVariable && !place.runsLater;
    for (const call of calls) {
      if (call.api === null || !MAKERS.test(call.api) || !isBuilding(call)) continue;
      report({ at: call.range, message: 'tensor', data: { what }, certainty: disposes ? 'likely' : 'certain' });
    }
  },
});
