import type { ClassKind } from '../analysis/index.js';
import { renameMember } from '../fixes/index.js';
import { defineRule } from './defineRule.js';
import { misplacedHooks, misspeltHooks } from './misspeltHooks.js';

const NAMES: Readonly<Record<ClassKind, string>> = {
  module: 'LightningModule',
  datamodule: 'LightningDataModule',
  callback: 'Callback',
};

/** A method whose name is nearly a hook's, or a hook of another kind of class, is never called. */
export const unknownHook = defineRule({
  id: 'unknown-hook',
  severity: 'warning',
  kinds: ['module', 'datamodule', 'callback'],
  messages: {
    misspelt: "{kind} has no hook '{name}', so the Trainer never calls it. Did you mean '{hook}'?",
    callbackOnly:
      "'{name}' is a hook of Callback: the Trainer never calls it on a {kind}. Move it to a Callback, which configureCallbacks() may return.",
    misplaced: "'{name}' is a hook of {owner}: the Trainer never calls it on a {kind}.",
  },
  check(model, report) {
    const kind = NAMES[model.kind];
    for (const { member, hook, certainty } of misspeltHooks(model)) {
      const fix = renameMember(model, member.name, hook);
      report({ at: member.nameRange, message: 'misspelt', data: { name: member.name, hook, kind }, certainty, fix });
    }
    for (const { member, owner, certainty } of misplacedHooks(model)) {
      const data = { name: member.name, kind, owner: NAMES[owner] };
      const message = owner === 'callback' && model.kind === 'module' ? 'callbackOnly' : 'misplaced';
      report({ at: member.nameRange, message, data, certainty });
    }
  },
});
