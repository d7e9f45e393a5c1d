import { LEGACY_OPTIONS, TRAINER_OPTIONS } from 'lightning-tfjs/options';
import { entryOf } from '../analysis/index.js';
import { renameEntry } from '../fixes/index.js';
import { defineRule } from './defineRule.js';
import { didYouMean, nearestName } from './nearestName.js';

/** An option that the Trainer does not have: its constructor throws. */
export const unknownTrainerOption = defineRule({
  id: 'unknown-trainer-option',
  severity: 'error',
  messages: { unknown: "Trainer has no option '{name}'.{meant}" },
  checkFile(file, report) {
    for (const { options } of file.trainers) {
      for (const entry of options?.entries ?? []) {
        const { name, nameRange: at } = entry;
        if (Object.hasOwn(TRAINER_OPTIONS, name) || Object.hasOwn(LEGACY_OPTIONS, name)) continue;
        const near = nearestName(name, Object.keys(TRAINER_OPTIONS));
        const fix =
          near !== undefined && options && !entryOf(options, near)
            ? { title: `Rename to ${near}`, changes: [renameEntry(entry, near)] }
            : undefined;
        report({ at, message: 'unknown', data: { name, meant: didYouMean(near) }, certainty: 'certain', fix });
      }
    }
  },
});
