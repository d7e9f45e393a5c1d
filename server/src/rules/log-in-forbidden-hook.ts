import type { CallFact, MethodBody, ModuleModel } from '../analysis/index.js';
import { behaviourOf } from '../analysis/index.js';
import { defineRule } from './defineRule.js';
import { ownHooks } from './hooks.js';

/** `log` in a hook where the Trainer takes no values: it throws. */
export const logInForbiddenHook = defineRule({
  id: 'log-in-forbidden-hook',
  severity: 'error',
  kinds: ['module', 'callback'],
  messages: {
    forbidden:
      'Nothing can be logged in {hook}: the Trainer throws. Log in a step or at the end of an epoch; this.logger, the logger itself, can be used anywhere.',
    constructor: 'A module that is being made has no Trainer: what it logs is lost.',
  },
  check(model, report) {
    // A log of its own may be something else.
    if (model.has('log') || model.has('logDict')) return;
    for (const { method, row } of ownHooks(model)) {
      if (row.log !== null) continue;
      for (const call of logCalls(model, method)) {
        report({ at: call.range, message: 'forbidden', data: { hook: method.name }, certainty: 'certain' });
      }
    }
    if (model.kind !== 'module') return;
    const maker = behaviourOf(model).own.methods.find(({ kind }) => kind === 'constructor');
    for (const call of maker ? logCalls(model, maker) : []) {
      report({ at: call.range, message: 'constructor', certainty: 'certain' });
    }
  },
});

/** Calls that run when the hook does: on the module, or in a callback on the module that it is given. */
function logCalls({ kind }: ModuleModel, { calls, parameters, rebound }: MethodBody): readonly CallFact[] {
  const module = kind === 'callback' ? parameters[1]?.name : 'this';
  if (!module || rebound.has(module)) return [];
  return calls.filter(
    ({ path, place }) => !place.runsLater && (path === `${module}.log` || path === `${module}.logDict`),
  );
}
