export type { EvaluationArguments, FitArguments, TuneArguments, TuneResult } from './entryArguments.js';
export type { BatchLimit, TrainerOptions } from './options.js';
export { checkOption } from './options.js';
export { type OptionRow, TRAINER_OPTIONS, type TrainerOptionName } from './optionTable.js';
export type { Search, SearchSettings, TrialSettings } from './search.js';
export { Trainer } from './trainer.js';
export type { TrainerStatus } from './trainerParts.js';
