/** `lightning-tfjs/options`: the Trainer's options as plain data, for tools that must not load the engine. */
export {
  type OptionKind,
  type OptionRow,
  TRAINER_OPTIONS,
  type TrainerOptionName,
  UNBUILT_OPTIONS,
} from './trainer/optionTable.js';
