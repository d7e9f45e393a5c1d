import { behaviourOf, type MethodBody, type ModuleModel } from '../analysis/index.js';
import { type Fix, insertLast } from '../fixes/index.js';
import { defineRule } from './defineRule.js';
import { ownHooks } from './hooks.js';

/** Hooks that are called for what they return, and what happens without it. */
const RETURNING: Readonly<Record<string, string>> = {
  trainingStep: 'there is no loss, and nothing is learned',
  trainingStepEnd: 'there is no loss, and nothing is learned',
  predictStep: 'there are no predictions',
  configureCallbacks: 'no callback is added',
  onBeforeBatchTransfer: 'the batch is lost',
  transferBatchToDevice: 'the batch is lost',
  onAfterBatchTransfer: 'the batch is lost',
  tbpttSplitBatch: 'the batch is lost',
  trainDataloader: 'there is no loader',
  valDataloader: 'there is no loader',
  testDataloader: 'there is no loader',
  predictDataloader: 'there is no loader',
  stateDict: 'no state is kept',
};

/** A hook that is called for what it returns, and returns nothing. */
export const missingReturn = defineRule({
  id: 'missing-return',
  severity: 'warning',
  kinds: ['module', 'datamodule', 'callback'],
  messages: { missing: '{name} returns nothing, so that {what}.' },
  check(model, report) {
    // What is half typed may be about to return.
    if (model.brokenSyntax) return;
    for (const { method } of ownHooks(model)) {
      const { name, nameRange: at, returns, endsOpen, isGenerator } = method;
      const what = Object.hasOwn(RETURNING, name) ? RETURNING[name] : undefined;
      // A bare `return` says that it is meant.
      if (what === undefined || returns.length > 0 || !endsOpen || isGenerator || isMeant(model, method)) continue;
      if (name === 'trainingStep' && behaviourOf(model).optimization !== 'automatic') continue;
      if (name === 'trainingStep' && model.has('trainingStepEnd')) continue;
      report({ at, message: 'missing', data: { name, what }, certainty: 'certain', fix: returning(model, method) });
    }
  },
});

/** One that has just been begun, or whose type says that it returns nothing. */
function isMeant({ file: { text } }: ModuleModel, { bodyRange, parametersRange }: MethodBody): boolean {
  if (!bodyRange) return true;
  if (/\b(void|undefined|never|null)\b/.test(text.slice(parametersRange.end, bodyRange.start))) return true;
  return text.slice(bodyRange.start + 1, bodyRange.end - 1).trim() === '';
}

/** Returns the loss where the body declares one, not inside of a block. */
function returning(model: ModuleModel, method: MethodBody): Fix | undefined {
  const { bodyRange, rebound, name } = method;
  if (!bodyRange || !name.startsWith('trainingStep') || !rebound.has('loss')) return undefined;
  const body = model.file.text.slice(bodyRange.start + 1, bodyRange.end - 1);
  const declared = /^([\t ]*)(?:const|let) loss\b/m.exec(body);
  const first = /^([\t ]*)\S/m.exec(body.replace(/^[\t ]*\r?\n/, ''));
  if (!declared || declared[1] !== first?.[1]) return undefined;
  const change = insertLast(model, method, 'return loss;');
  return change && { title: 'Return the loss', changes: [change] };
}
