import { renameMember } from '../fixes/index.js';
import { defineRule } from './defineRule.js';
import { callbackHooks, misspeltHooks } from './misspeltHooks.js';

/** A method whose name is nearly a hook's, or a Callback's hook, is never called. */
export const unknownHook = defineRule({
  id: 'unknown-hook',
  severity: 'warning',
  messages: {
    misspelt: "LightningModule has no hook '{name}', so the Trainer never calls it. Did you mean '{hook}'?",
    callbackOnly:
      "'{name}' is a hook of Callback: the Trainer never calls it on a LightningModule. Move it to a Callback, which configureCallbacks() may return.",
  },
  check(module, report) {
    for (const { member, hook, certainty } of misspeltHooks(module)) {
      const data = { name: member.name, hook };
      const fix = renameMember(module, member.name, hook);
      report({ at: member.nameRange, message: 'misspelt', data, certainty, fix });
    }
    for (const { member, certainty } of callbackHooks(module)) {
      report({ at: member.nameRange, message: 'callbackOnly', data: { name: member.name }, certainty });
    }
  },
});
