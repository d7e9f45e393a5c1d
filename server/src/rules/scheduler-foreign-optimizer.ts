import { settled } from '../analysis/index.js';
import { type Fix, replacement } from '../fixes/index.js';
import { defineRule } from './defineRule.js';
import { isOptim, ownConfigs } from './optimizerConfig.js';

/** A scheduler of an optimizer that configureOptimizers does not return: fit throws. */
export const schedulerForeignOptimizer = defineRule({
  id: 'scheduler-foreign-optimizer',
  severity: 'error',
  messages: {
    foreign:
      'This scheduler changes the learning rate of an optimizer that configureOptimizers does not return: fit() throws. Give it the one that is returned.',
  },
  check(module, report) {
    for (const { optimizers, schedulers, isClosed } of ownConfigs(module)) {
      if (!isClosed || optimizers.length === 0) continue;
      // What is constructed in one place is one object.
      const returned = new Set(optimizers.map(({ constructed }) => constructed?.range.start));
      for (const { constructed } of schedulers) {
        const given = constructed?.arguments[0];
        const own = given && settled(given);
        if (!constructed || !given || own?.kind !== 'new' || !isOptim(own) || returned.has(own.range.start)) continue;
        const [only] = optimizers;
        const name = only?.value.kind === 'name' && optimizers.length === 1 ? only.value.name : undefined;
        const isBefore = name !== undefined && (only?.constructed?.range.start ?? 0) < constructed.range.start;
        const fix: Fix | undefined =
          name !== undefined && isBefore
            ? { title: `Give it ${name}`, changes: [replacement(given.range, name)] }
            : undefined;
        report({ at: given.range, message: 'foreign', certainty: 'certain', fix });
      }
    }
  },
});
