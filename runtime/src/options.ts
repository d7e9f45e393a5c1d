/** `lightning-tfjs/options`: the Trainer's options as plain data and checks, for tools that must not load the engine. */
export {
  LEGACY_OPTIONS,
  LEGACY_VALUES,
  type LegacyConversion,
  type LegacyOptionKind,
  type LegacyOptionName,
  type LegacyOptionRow,
  type LegacyValueRow,
  PROCESS_STRATEGIES,
} from './trainer/legacyOptionTable.js';
export { checkOption } from './trainer/options/checkOption.js';
export { environmentVariable } from './trainer/options/environmentVariable.js';
export { modernSpelling } from './trainer/options/modernSpelling.js';
export { type OptionKind, type OptionRow, TRAINER_OPTIONS, type TrainerOptionName } from './trainer/optionTable.js';
