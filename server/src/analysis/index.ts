/** Finds LightningModules in TypeScript and JavaScript text. Pure: no editor, no file system, no tfjs. */
export { type AnalysisHost, Analyzer, type SourceSnapshot } from './analyzer.js';
export type {
  Certainty,
  FileFacts,
  ImportFacts,
  Language,
  Member,
  Parameter,
  TextRange,
} from './facts.js';
export { ModuleModel } from './moduleModel.js';
export { PACKAGE } from './resolve.js';
