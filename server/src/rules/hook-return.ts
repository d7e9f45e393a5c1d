import { alternatives, behaviourOf, type MethodBody, type ModuleModel, type Value } from '../analysis/index.js';
import { defineRule } from './defineRule.js';

/** What reads a tensor's values: what they return is not connected to the weights any more. */
const READERS: ReadonlySet<string> = new Set(['dataSync', 'arraySync', 'data', 'array']);

/** A hook that returns what the Trainer cannot use. */
export const hookReturn = defineRule({
  id: 'hook-return',
  severity: 'error',
  messages: {
    notTensor: 'trainingStep returns {what}, and the Trainer needs the loss as a tensor, to compute gradients from it.',
    detached:
      'What {reader}() returns is not connected to the weights: there is no gradient. Return the loss tensor itself.',
    batch: 'trainingStep returns {name}, a part of its batch, which depends on no weight. Return the loss.',
    somePath:
      'trainingStep returns a loss in some cases, and nothing in others: then the update is skipped. Write return null where that is meant.',
    notSkipping: 'Only -1 skips the rest of the epoch: the Trainer takes no notice of {what}.',
    tfOptimizer:
      "configureOptimizers returns tfjs's own optimizer, which the Trainer cannot drive. Use one of optim, such as new optim.Adam(this.parameters(), { lr: 1e-3 }).",
    notOptimizer: 'configureOptimizers returns {what}, and the Trainer needs an optimizer of optim.',
  },
  check(module, report) {
    const behaviour = behaviourOf(module);
    const step = behaviour.ownMethod('trainingStep');
    // trainingStepEnd may make a loss of anything.
    if (step && !module.has('trainingStepEnd') && !step.isGenerator) {
      for (const [value, found] of returnedBy(step)) {
        const message = faultOf(found, step, behaviour.optimization !== 'automatic');
        if (message) report({ at: value.range, ...message, certainty: 'certain' });
      }
      const isMixed =
        step.endsOpen && !module.brokenSyntax && step.returns.some(({ value }) => value !== null && !isNothing(value));
      if (isMixed && behaviour.optimization === 'automatic') {
        report({ at: step.nameRange, message: 'somePath', certainty: 'likely' });
      }
    }
    const start = behaviour.ownMethod('onTrainBatchStart');
    for (const [value, found] of start ? returnedBy(start) : []) {
      const isOther = found.kind === 'boolean' || (found.kind === 'number' && found.value !== -1);
      if (!isOther) continue;
      report({ at: value.range, message: 'notSkipping', data: { what: textOf(module, found) }, certainty: 'certain' });
    }
    const configure = behaviour.ownMethod('configureOptimizers');
    for (const [value, found] of configure ? returnedBy(configure) : []) {
      if (found.kind === 'call' && found.api?.startsWith('tf.train.')) {
        report({ at: value.range, message: 'tfOptimizer', certainty: 'certain' });
      } else if (['number', 'string', 'boolean', 'template', 'function'].includes(found.kind)) {
        report({
          at: value.range,
          message: 'notOptimizer',
          data: { what: textOf(module, found) },
          certainty: 'certain',
        });
      }
    }
  },
});

/** What a method returns, and what that is, one for each way. */
function returnedBy({ returns }: MethodBody): readonly (readonly [Value, Value])[] {
  return returns.flatMap(({ value }) => (value ? alternatives(value).map((found) => [value, found] as const) : []));
}

function isNothing(value: Value): boolean {
  return alternatives(value).every(({ kind }) => kind === 'null' || kind === 'undefined');
}

/** @param isManual then anything but a plain value will do, and the loss has gone another way */
function faultOf(
  value: Value,
  { parameters, rebound }: MethodBody,
  isManual: boolean,
): { message: 'notTensor' | 'detached' | 'batch'; data: Record<string, string> } | null {
  const kinds: Partial<Record<Value['kind'], string>> = {
    number: 'a number',
    string: 'a text',
    template: 'a text',
    boolean: 'true or false',
    function: 'a function',
    ...(isManual ? {} : { array: 'a list', this: 'the module' }),
  };
  const what = kinds[value.kind];
  if (what !== undefined) return { message: 'notTensor', data: { what } };
  if (isManual) return null;
  if (value.kind === 'call' && READERS.has(value.name) && value.receiver && value.arguments.length === 0) {
    return { message: 'detached', data: { reader: value.name } };
  }
  const isBatch = value.kind === 'name' && parameters[0]?.names.includes(value.name) && !rebound.has(value.name);
  return isBatch ? { message: 'batch', data: { name: value.name } } : null;
}

function textOf({ file: { text } }: ModuleModel, { range }: Value): string {
  const written = text.slice(range.start, range.end);
  return written.length > 30 ? 'this' : written;
}
