import {
  behaviourOf,
  constructedIn,
  entryOf,
  type FileModel,
  type ObjectValue,
  optionOf,
  plainOf,
} from '../analysis/index.js';
import { removeEntry } from '../fixes/index.js';
import { defineRule } from './defineRule.js';

/** Options that the Trainer cannot carry out for a module that optimizes by itself: fit throws. */
export const manualWithClipOrAccumulate = defineRule({
  id: 'manual-with-clip-or-accumulate',
  severity: 'error',
  messages: {
    clip: '{name} optimizes by itself, and fit() throws with gradientClipVal. Remove it, and call this.clipGradients(optimizer, value) before optimizer.step().',
    accumulate:
      '{name} optimizes by itself, and fit() throws with accumulateGradBatches. Remove it, and step every few batches in trainingStep.',
    scheduler:
      '{name} optimizes by itself, and fit() throws with a GradientAccumulationScheduler. Remove it, and step every few batches in trainingStep.',
  },
  checkFile(file, report) {
    const seen = new Set<number>();
    for (const { method, target, trainer } of file.runs) {
      const { options } = trainer;
      if (method !== 'fit' || !target || !options || seen.has(options.range.start)) continue;
      const behaviour = behaviourOf(target);
      if (behaviour.optimization !== 'manual' || behaviour.isKnown === null) continue;
      seen.add(options.range.start);
      const data = { name: target.name };
      const certainty = target.certainty;
      for (const [name, message, isOn] of [
        ['gradientClipVal', 'clip', (value: number) => value > 0],
        ['accumulateGradBatches', 'accumulate', (value: number) => value !== 1],
      ] as const) {
        const entry = entryOf(options, name);
        const found = entry && plainOf(entry.value);
        if (!entry || !found?.known || typeof found.plain !== 'number' || !isOn(found.plain)) continue;
        const fix = { title: `Remove ${name}`, changes: [removeEntry(file.facts.text, options, entry)] };
        report({ at: entry.range, message, data, certainty, fix });
      }
      const scheduler = accumulationScheduler(file, options);
      if (scheduler) report({ at: scheduler.nameRange, message: 'scheduler', data, certainty });
    }
  },
});

function accumulationScheduler(file: FileModel, options: ObjectValue) {
  const { found } = constructedIn(optionOf(options, 'callbacks'));
  return found.find((value) => file.packageNameOf(value) === 'GradientAccumulationScheduler');
}
