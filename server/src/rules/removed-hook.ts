import { LEGACY_HOOKS, type LegacyHookRow } from 'lightning-tfjs/hooks';
import type { ModuleModel } from '../analysis/index.js';
import { renameMember } from '../fixes/index.js';
import { defineRule } from './defineRule.js';
import { certaintyIn, uncalledMethods } from './misspeltHooks.js';

/** Hooks that were gone before the Trainer's own list of old hooks begins: it never calls them, and says nothing. */
const LONG_GONE: Readonly<Record<string, string>> = {
  onTrainDataloader: 'trainDataloader',
  onValDataloader: 'valDataloader',
  onTestDataloader: 'testDataloader',
  onPredictDataloader: 'predictDataloader',
  onPostMoveToDevice: 'configureModel',
  onHpcSave: 'onSaveCheckpoint',
  onHpcLoad: 'onLoadCheckpoint',
  configureShardedModel: 'configureModel',
};
/** What takes their place is called for something else: a person must move the code. */
const OTHER_PURPOSE = /Dataloader$|^onPostMove/;

/** A hook that PyTorch Lightning removed. On a module the Trainer refuses those of 1.x; the others it never calls. */
export const removedHook = defineRule({
  id: 'removed-hook',
  severity: 'error',
  kinds: ['module', 'callback'],
  messages: {
    refused:
      "'{name}' is a hook of PyTorch Lightning 1.x: the Trainer refuses a module that has it. Use {replacement} instead.",
    ignored: "'{name}' was removed from PyTorch Lightning, and nothing calls it. Use {replacement} instead.",
  },
  check(model, report) {
    const reported = new Set<string>();
    for (const member of model.members) {
      const { name, kind, nameRange: at, isStatic } = member;
      const replacement = legacyOf(name, model);
      if (!replacement || isStatic || (kind !== 'method' && kind !== 'arrow') || reported.has(name)) continue;
      reported.add(name);
      const fix = model.has(replacement) || !member.isIdentifier ? undefined : renameMember(model, name, replacement);
      const data = { name, replacement };
      // The Trainer looks for these on the module, whoever else may call them.
      if (model.kind === 'module') report({ at, message: 'refused', data, certainty: 'certain', fix });
      else if (uncalledMethods(model).includes(member)) {
        report({ at, message: 'ignored', data, certainty: certaintyIn(model, 'certain'), fix });
      }
    }
    for (const member of uncalledMethods(model)) {
      const replacement = Object.hasOwn(LONG_GONE, member.name) ? LONG_GONE[member.name] : undefined;
      if (model.kind !== 'module' || replacement === undefined) continue;
      const { name, nameRange: at } = member;
      const canRename = !model.has(replacement) && !OTHER_PURPOSE.test(name);
      report({
        at,
        message: 'ignored',
        data: { name, replacement },
        certainty: certaintyIn(model, 'certain'),
        fix: canRename ? renameMember(model, name, replacement) : undefined,
      });
    }
  },
});

function legacyOf(name: string, { kind }: ModuleModel): string | undefined {
  const rows: Readonly<Record<string, LegacyHookRow>> = LEGACY_HOOKS;
  const row = Object.hasOwn(rows, name) ? rows[name] : undefined;
  return row?.owners.includes(kind) ? row.replacement : undefined;
}
