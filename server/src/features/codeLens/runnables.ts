import { fileURLToPath } from 'node:url';
import type { ModuleModel } from '../../analysis/index.js';

/** What can be run of a module. The server says what; the client decides how. */
export interface Runnable {
  /** Path of the file in the file system. */
  readonly file: string;
  readonly uri: string;
  /** The name under which the file exports the class; `default` for a default export without a name. */
  readonly className: string;
  /** Which of the Trainer's entry points. */
  readonly kind: 'fit' | 'validate' | 'test' | 'predict';
  readonly options: { readonly fastDevRun?: true };
}

/** A runnable, and the client's command that takes it. */
export interface Offer {
  readonly title: string;
  readonly command: string;
  readonly runnable: Runnable;
}

/** Commands that every client of ours has, also one that does not say which. */
const USUAL_COMMANDS: ReadonlySet<string> = new Set(['lightning.fastDevRun', 'lightning.fit']);

const EVALUATIONS = [
  { kind: 'validate', step: 'validationStep', title: 'Validate', command: 'lightning.validate' },
  { kind: 'test', step: 'testStep', title: 'Test', command: 'lightning.test' },
  { kind: 'predict', step: 'predictStep', title: 'Predict', command: 'lightning.predict' },
] as const;

/**
 * What can be run of a module as it is; nothing for one that is abstract, not exported, or lacks every step.
 * @param commands the client's; null when it does not say
 */
export function offersOf(module: ModuleModel, uri: string, commands: ReadonlySet<string> | null): readonly Offer[] {
  const className = module.exportName;
  if (className === null || module.isAbstract || !uri.startsWith('file:')) return [];
  const offer = (title: string, command: string, kind: Runnable['kind'], options: Runnable['options'] = {}): Offer => ({
    title,
    command,
    runnable: { file: fileURLToPath(uri), uri, className, kind, options },
  });
  const isTrained = module.lacks('trainingStep') !== 'certain' && !module.isEvaluationOnly;
  const evaluations = EVALUATIONS.filter(({ step }) => module.has(step));
  const first = isTrained ? 'fit' : evaluations[0]?.kind;
  if (first === undefined) return [];
  const fast = { fastDevRun: true } as const;
  const all = [
    offer('Run fast_dev_run', 'lightning.fastDevRun', first, fast),
    offer('Debug', 'lightning.debugFastDevRun', first, fast),
    ...(isTrained ? [offer('Fit', 'lightning.fit', 'fit')] : []),
    ...evaluations.map(({ title, command, kind }) => offer(title, command, kind)),
  ];
  return all.filter(({ command }) => (commands ?? USUAL_COMMANDS).has(command));
}
