import { fileURLToPath } from 'node:url';
import type { ModuleModel } from '../analysis/index.js';

/** What can be run of a module. The server says what; the client decides how. */
export interface Runnable {
  /** Path of the file in the file system. */
  readonly file: string;
  readonly uri: string;
  /** The name under which the file exports the class; `default` for a default export without a name. */
  readonly className: string;
  readonly kind: 'fit' | 'validate' | 'test' | 'predict';
  readonly options: { readonly fastDevRun?: true };
}

/** Commands of the client that take a {@link Runnable}. */
export const RUN_COMMANDS = { fastDevRun: 'lightning.fastDevRun', fit: 'lightning.fit' } as const;

const EVALUATIONS = [
  ['validate', 'validationStep'],
  ['test', 'testStep'],
  ['predict', 'predictStep'],
] as const;

/** What can be run of a module as it is; nothing for one that is abstract, not exported, or lacks every step. */
export function runnablesOf(module: ModuleModel, uri: string): readonly Runnable[] {
  const className = module.exportName;
  if (className === null || module.isAbstract || !uri.startsWith('file:')) return [];
  const shared = { file: fileURLToPath(uri), uri, className };
  if (module.lacks('trainingStep') !== 'certain' && !module.isEvaluationOnly) {
    return [
      { ...shared, kind: 'fit', options: { fastDevRun: true } },
      { ...shared, kind: 'fit', options: {} },
    ];
  }
  const evaluation = EVALUATIONS.find(([, step]) => module.has(step));
  return evaluation ? [{ ...shared, kind: evaluation[0], options: { fastDevRun: true } }] : [];
}
