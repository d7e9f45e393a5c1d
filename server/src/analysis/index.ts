/** Finds LightningModules, LightningDataModules and Callbacks in TypeScript and JavaScript text. Pure: no editor, no file system, no tfjs. */
export { type AnalysisHost, Analyzer, type SourceSnapshot } from './analyzer.js';
export { Behaviour, behaviourOf } from './body/behaviour.js';
export type {
  Assignment,
  BodyParameter,
  CallFact,
  ClassBody,
  Entry,
  FieldFact,
  MethodBody,
  NewValue,
  ObjectValue,
  Place,
  Return,
  Value,
} from './body/facts.js';
export { FileModel, type Program, type TrainerCall, type TrainerRun } from './body/fileModel.js';
export {
  alternatives,
  constructedIn,
  entryOf,
  type NamePattern,
  objectAt,
  optionOf,
  patternOf,
  plainOf,
  settled,
} from './body/values.js';
export { extractFacts } from './extractFacts.js';
export type {
  Certainty,
  ClassFacts,
  Directive,
  FileFacts,
  ImportFacts,
  Language,
  Member,
  NamedRule,
  Parameter,
  Reference,
  TextRange,
} from './facts.js';
export type { ConfigSnapshot } from './jsonFiles.js';
export { ModuleModel } from './moduleModel.js';
export { type LocatedClass, PACKAGE, type Resolved } from './resolve.js';
export type { ClassKind } from './roots.js';
