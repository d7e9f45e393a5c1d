import {
  constructedIn,
  type Entry,
  entryOf,
  type FileModel,
  type ObjectValue,
  optionOf,
  plainOf,
  type TrainerCall,
  type Value,
} from '../analysis/index.js';
import { removeEntry } from '../fixes/index.js';
import { defineRule } from './defineRule.js';

/** What `barebones` leaves out, and the value that may stand beside it. */
const COSTS_TIME: Readonly<Record<string, unknown>> = {
  logger: false,
  enableCheckpointing: false,
  enableProgressBar: false,
  enableModelSummary: false,
  enableRunEvents: false,
  logEveryNSteps: 0,
  numSanityValSteps: 0,
  fastDevRun: false,
  detectAnomaly: false,
  profiler: null,
};
const PROGRESS_BARS: readonly string[] = ['ProgressBar', 'TQDMProgressBar'];

/** Options that the Trainer takes alone, but not together: its constructor throws. */
export const conflictingTrainerOptions = defineRule({
  id: 'conflicting-trainer-options',
  severity: 'error',
  messages: {
    barebones: "'barebones' is true, but '{name}' is set to something that costs time. Remove one of the two.",
    devices:
      "'devices' asks for {count}, but 'strategy' is 'auto', which uses one. Write strategy: 'dp' to split each batch over them.",
    interval:
      "'checkValEveryNEpoch' is null, so 'valCheckInterval' must be a count of batches or a time. Give it as such, or leave checkValEveryNEpoch at 1.",
    checkpoint: "'enableCheckpointing' is false, but a ModelCheckpoint is among the callbacks. Remove one of the two.",
    progressBar: "'enableProgressBar' is false, but a progress bar is among the callbacks. Remove one of the two.",
    accumulation:
      "'accumulateGradBatches' is set, but a GradientAccumulationScheduler is among the callbacks. Remove one of the two.",
  },
  checkFile(file, report) {
    for (const trainer of file.trainers) {
      const { options } = trainer;
      if (!options) continue;
      const remove = (entry: Entry) => ({
        title: `Remove ${entry.name}`,
        changes: [removeEntry(file.facts.text, options, entry)],
      });
      if (isExactly(options, 'barebones', true)) {
        for (const entry of options.entries) {
          if (!Object.hasOwn(COSTS_TIME, entry.name) || mayBe(entry.value, COSTS_TIME[entry.name])) continue;
          if (entry.name === 'fastDevRun' && mayBe(entry.value, 0)) continue;
          const data = { name: entry.name };
          report({ at: entry.range, message: 'barebones', data, certainty: 'certain', fix: remove(entry) });
        }
      }
      const devices = entryOf(options, 'devices');
      const count = devices && countOf(devices.value);
      if (devices && count !== undefined && count > 1 && isDefault(trainer, 'strategy', 'auto')) {
        // A base of options that is spread in may say more.
        report({ at: devices.range, message: 'devices', data: { count: String(count) }, certainty: 'certain' });
      }
      const every = entryOf(options, 'checkValEveryNEpoch');
      if (every && isExactly(options, 'checkValEveryNEpoch', null) && hasFractionalInterval(trainer)) {
        report({ at: every.range, message: 'interval', certainty: 'certain', fix: remove(every) });
      }
      for (const [name, message, classes] of [
        ['enableCheckpointing', 'checkpoint', ['ModelCheckpoint']],
        ['enableProgressBar', 'progressBar', PROGRESS_BARS],
      ] as const) {
        const entry = entryOf(options, name);
        if (!entry || !isExactly(options, name, false) || !hasCallback(file, options, classes)) continue;
        if (name === 'enableCheckpointing' && !isDefault(trainer, 'fastDevRun', false)) continue;
        report({ at: entry.range, message, certainty: 'certain', fix: remove(entry) });
      }
      const accumulation = entryOf(options, 'accumulateGradBatches');
      const batches = accumulation && plainOf(accumulation.value);
      const isSet = batches?.known === true && typeof batches.plain === 'number' && batches.plain !== 1;
      if (accumulation && isSet && hasCallback(file, options, ['GradientAccumulationScheduler'])) {
        report({ at: accumulation.range, message: 'accumulation', certainty: 'certain', fix: remove(accumulation) });
      }
    }
  },
});

function isExactly(options: ObjectValue, name: string, plain: unknown): boolean {
  const value = optionOf(options, name);
  const found = value && plainOf(value);
  return found?.known === true && found.plain === plain;
}

/** True when the text does not rule the value out, or leaves the option out. */
function mayBe(value: Value, plain: unknown): boolean {
  const found = plainOf(value);
  if (found.known) return found.plain === plain || found.plain === undefined;
  return value.kind !== 'new' && value.kind !== 'object' && value.kind !== 'array';
}

/** True when the text shows that an option is left out, or is its default. */
function isDefault({ options, isClosed }: TrainerCall, name: string, plain: unknown): boolean {
  if (!options || !isClosed) return false;
  return !entryOf(options, name) || isExactly(options, name, plain);
}

function countOf(value: Value): number | undefined {
  const found = plainOf(value);
  if (!found.known) return undefined;
  if (Array.isArray(found.plain)) return found.plain.length;
  const { plain } = found;
  if (typeof plain === 'string' && plain.includes(',')) return plain.split(',').filter((part) => part.trim()).length;
  const count = typeof plain === 'string' ? Number(plain) : plain;
  return typeof count === 'number' && Number.isInteger(count) ? count : undefined;
}

function hasFractionalInterval({ options, isClosed }: TrainerCall): boolean {
  const entry = options && entryOf(options, 'valCheckInterval');
  if (!entry) return isClosed;
  const found = plainOf(entry.value);
  if (!found.known) return false;
  const { plain } = found;
  if (plain === undefined || plain === null) return true;
  return typeof plain === 'number' ? !Number.isInteger(plain) : typeof plain === 'string' && plain.endsWith('%');
}

function hasCallback(file: FileModel, options: ObjectValue, names: readonly string[]): boolean {
  const { found } = constructedIn(optionOf(options, 'callbacks'));
  return found.some((value) => names.includes(file.packageNameOf(value) ?? ''));
}
