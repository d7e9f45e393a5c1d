export type { BatchLimit, TrainerOptions } from './options.js';
export { checkOption } from './options.js';
export { type OptionRow, TRAINER_OPTIONS, type TrainerOptionName, UNBUILT_OPTIONS } from './optionTable.js';
export type { Search, SearchSettings, TrialSettings } from './search.js';
export {
  type EvaluationArguments,
  type FitArguments,
  Trainer,
  type TrainerStatus,
  type TuneArguments,
  type TuneResult,
} from './trainer.js';
