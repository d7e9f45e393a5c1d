import { behaviourOf, type CallFact, type MethodBody, type ModuleModel } from '../analysis/index.js';
import { type Fix, replacement, type TextChange } from '../fixes/index.js';
import { defineRule } from './defineRule.js';
import { hookRow, isBatchHook } from './hooks.js';

/** The calls that wait for the device, and those that do not hold up everything else meanwhile. */
const LATER: Readonly<Record<string, string>> = { dataSync: 'data', arraySync: 'array' };

/** A read in a step that holds up the whole process until the device is done. */
export const syncReadInStep = defineRule({
  id: 'sync-read-in-step',
  severity: 'warning',
  kinds: ['module', 'callback'],
  messages: {
    step: '{name}() waits for the device in every batch, and nothing else runs meanwhile. Write await {later}(); this.log takes the tensor itself.',
  },
  check(model, report) {
    const behaviour = behaviourOf(model);
    const batchHooks = behaviour.ownMethods.filter(({ name }) => isBatchHook(name) && hookRow(name, model.kind));
    const reached = new Set(batchHooks.flatMap(({ name }) => behaviour.reached(name)));
    for (const method of behaviour.own.methods.filter((each) => reached.has(each))) {
      for (const call of method.calls) {
        const later = Object.hasOwn(LATER, call.name) ? LATER[call.name] : undefined;
        if (later === undefined || !call.receiver || call.place.runsLater) continue;
        const fix = awaited(model, method, call, later);
        report({ at: call.nameRange, message: 'step', data: { name: call.name, later }, certainty: 'certain', fix });
      }
    }
  },
});

/** `x.dataSync()` → `(await x.data())`, and `async` for the hook. */
function awaited(model: ModuleModel, method: MethodBody, call: CallFact, later: string): Fix | undefined {
  const { text, language } = model.file;
  const { place, range, nameRange } = call;
  // A function inside would have to be async too; so would whoever calls a helper.
  if (place.inFunction || (!method.isAsync && !isBatchHook(method.name)) || method.isGenerator) return undefined;
  const changes: TextChange[] = [
    replacement({ start: range.start, end: range.start }, '(await '),
    replacement(nameRange, later),
    replacement({ start: range.end, end: range.end }, ')'),
  ];
  if (!method.isAsync) {
    const { parametersRange, bodyRange, kind } = method;
    const between = bodyRange ? text.slice(parametersRange.end, bodyRange.start) : ':';
    // A return type would have to become a Promise's.
    if (language.startsWith('ts') && between.includes(':')) return undefined;
    if (model.members.filter(({ name }) => name === method.name).length > 1) return undefined;
    const isFunction = kind === 'arrow' && !between.includes('=>');
    if (isFunction) return undefined;
    const at = kind === 'arrow' ? parametersRange.start : method.nameRange.start;
    changes.push(replacement({ start: at, end: at }, 'async '));
  }
  return { title: `Write await ${later}()`, changes };
}
