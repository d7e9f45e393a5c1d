import type { HookName } from 'lightning-tfjs/hooks';
import { type InsertableHook, insertHook } from '../fixes/index.js';
import { defineRule, type Rule } from './defineRule.js';
import { loaderIn } from './missingLoader.js';
import { isMisspelt } from './misspeltHooks.js';

/** What one kind of evaluation needs. */
export interface Evaluation {
  /** Also the end of the rule's name: `missing-validation-step`. */
  readonly word: string;
  readonly step: InsertableHook & HookName;
  readonly loader: HookName;
  /** The entry point. */
  readonly run: string;
  /** The key of `fit`'s second argument that holds the loader; undefined where fit has none. */
  readonly fitKey?: string;
}

/** A module with a loader, or a run of it, and without the step that its batches are for. */
export function missingStepRule({ word, step, loader, run, fitKey }: Evaluation): Rule {
  return defineRule({
    id: `missing-${word}-step`,
    severity: 'warning',
    messages: {
      loader: `{name} has a ${loader}, but no ${step}: its batches are never used. Add ${step}(batch, batchIdx).`,
      run: `{name} has no ${step}, and this run needs one. Add ${step}(batch, batchIdx) to it.`,
    },
    check(module, report) {
      const certainty = module.lacks(step);
      if (!module.standsAlone || certainty === null || isMisspelt(module, step)) return;
      // predictStep calls forward unless it is overridden.
      if (!module.has(loader) || (step === 'predictStep' && module.has('forward'))) return;
      const fix = insertHook(module, step);
      report({ at: module.nameRange, message: 'loader', data: { name: module.name }, certainty, fix });
    },
    checkFile(file, report) {
      for (const { method, methodRange, target, extra, trainer } of file.runs) {
        const certainty = target?.lacks(step);
        if (!target || !certainty || target.has(loader) || target.isAbstract) continue;
        if (step === 'predictStep' && target.has('forward')) continue;
        const isRun = method === run;
        const isGivenTo = method === 'fit' && fitKey !== undefined && loaderIn(file, extra, fitKey, loader) === 'given';
        if (!isRun && !isGivenTo) continue;
        if (isMisspelt(target, step) || (isGivenTo && !trainer.isClosed)) continue;
        const fix = target.file.uri === file.facts.uri ? insertHook(target, step) : undefined;
        report({ at: methodRange, message: 'run', data: { name: target.name }, certainty, fix });
      }
    },
  });
}
