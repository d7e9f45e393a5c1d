import { MisconfigurationError, nearest } from '../errors/index.js';
import * as tf from '../tf.js';
import { HOOKS, type HookLogging, type HookName } from './hookTable.js';

/** How step values become an epoch value. */
export const REDUCTIONS = ['mean', 'sum', 'min', 'max'] as const;
export type Reduction = (typeof REDUCTIONS)[number];

/** A reduction by name, in any case and with 'avg' for 'mean', or as the function of that name: `tf.mean`, `Math.max` … */
export type ReduceFx = Reduction | 'avg' | Uppercase<Reduction | 'avg'> | ((...values: never[]) => unknown);

/** Options of `log`. Defaults of `onStep` and `onEpoch` depend on the hook, see the hook table. */
export interface LogOptions {
  /** Show it in the progress bar; default false. */
  progBar?: boolean;
  /** Send it to the loggers; default true. */
  logger?: boolean;
  onStep?: boolean;
  onEpoch?: boolean;
  /** Default 'mean', weighted by batch size. For any other reduction log a metric object. */
  reduceFx?: ReduceFx;
  /** Samples in the batch; default: the first dimension of the batch's first tensor. */
  batchSize?: number;
  /** Append `/dataloader_idx_N` where there are several loaders; default true. */
  addDataloaderIdx?: boolean;
  /** Reduce the value over all processes; with one process, all that a run has here, it is reduced already. Default false. */
  syncDist?: boolean;
  /** Say that only the first process logs it; with one process all do. Default false. */
  rankZeroOnly?: boolean;
  /** The field that holds a logged metric object, where the module has it deeper than in a field or a list. */
  metricAttribute?: string;
}

/** What is fixed by the first call for a name in a hook. */
export interface LogSettings {
  readonly onStep: boolean;
  readonly onEpoch: boolean;
  readonly reduceFx: Reduction;
  readonly progBar: boolean;
  readonly logger: boolean;
  readonly addDataloaderIdx: boolean;
  readonly rankZeroOnly: boolean;
  readonly metricAttribute: string | undefined;
}

/** The options that there are; the type holds the list complete. */
const OPTION_NAMES = Object.keys({
  progBar: true,
  logger: true,
  onStep: true,
  onEpoch: true,
  reduceFx: true,
  batchSize: true,
  addDataloaderIdx: true,
  syncDist: true,
  rankZeroOnly: true,
  metricAttribute: true,
} satisfies Record<keyof LogOptions, true>);

/** Functions that stand for a reduction. */
const FUNCTIONS = new Map<unknown, Reduction>([
  [tf.mean, 'mean'],
  [tf.sum, 'sum'],
  [tf.min, 'min'],
  [tf.max, 'max'],
  [Math.min, 'min'],
  [Math.max, 'max'],
]);

/**
 * Options with the hook's defaults filled in.
 * @throws MisconfigurationError for a hook or an option that is not allowed
 */
export function settleLogOptions(hook: HookName, name: string, options: LogOptions): LogSettings {
  const rule: HookLogging | null = HOOKS[hook].log;
  if (!rule) {
    throw new MisconfigurationError({
      code: 'log-in-forbidden-hook',
      found: `log('${name}') was called in ${hook}, where nothing can be logged.`,
      fix: 'Log in a step or in an epoch-end hook instead. The logger itself, this.logger, can be used anywhere.',
    });
  }
  const onStep = options.onStep ?? rule.default === 'step';
  const onEpoch = options.onEpoch ?? rule.default === 'epoch';
  if (!rule.onStep && (onStep || !onEpoch)) throw notInThisHook(hook, name, onStep);
  if (!onStep && !onEpoch) {
    throw new MisconfigurationError({
      code: 'log-never',
      found: `log('${name}') was called in ${hook} with onStep and onEpoch false, so it would never be seen: that is not useful.`,
      fix: 'Set one of them to true.',
    });
  }
  return {
    onStep,
    onEpoch,
    reduceFx: reductionOf(name, options.reduceFx),
    progBar: options.progBar ?? false,
    logger: options.logger ?? true,
    addDataloaderIdx: options.addDataloaderIdx ?? true,
    rankZeroOnly: options.rankZeroOnly ?? false,
    metricAttribute: options.metricAttribute,
  };
}

/** True when a later call for the same name means the same. */
export function areSameSettings(a: LogSettings, b: LogSettings): boolean {
  return (
    a.onStep === b.onStep &&
    a.onEpoch === b.onEpoch &&
    a.reduceFx === b.reduceFx &&
    a.progBar === b.progBar &&
    a.logger === b.logger &&
    a.addDataloaderIdx === b.addDataloaderIdx &&
    a.rankZeroOnly === b.rankZeroOnly &&
    a.metricAttribute === b.metricAttribute
  );
}

/** @throws MisconfigurationError for an option that `log` does not have */
export function checkOptionNames(name: string, options: LogOptions): void {
  for (const option of Object.keys(options)) {
    if (OPTION_NAMES.includes(option)) continue;
    const near = nearest(option, OPTION_NAMES);
    throw new MisconfigurationError({
      code: 'log-option',
      found: `log('${name}') was given an option \`${option}\`, which it does not have.`,
      fix: near ? `Did you mean \`${near}\`?` : `It has: ${OPTION_NAMES.join(', ')}.`,
    });
  }
}

function notInThisHook(hook: HookName, name: string, onStep: boolean): MisconfigurationError {
  return new MisconfigurationError({
    code: 'log-on-step',
    found: `log('${name}', …, { ${onStep ? 'onStep: true' : 'onEpoch: false'} }) was called in ${hook}, which is called once an epoch.`,
    allowed: 'onStep: false and onEpoch: true',
  });
}

function reductionOf(name: string, given: unknown): Reduction {
  if (given === undefined || given === 'mean') return 'mean';
  const text = typeof given === 'string' ? given.toLowerCase() : FUNCTIONS.get(given);
  const found = text === 'avg' ? 'mean' : REDUCTIONS.find((reduction) => reduction === text);
  if (found) return found;
  throw new MisconfigurationError({
    code: 'log-reduce',
    found: `log('${name}'): reduceFx is ${typeof given === 'string' ? `'${given}'` : `a ${typeof given}`}.`,
    allowed: REDUCTIONS.map((reduction) => `'${reduction}'`).join(', '),
    fix: 'For another reduction log an object with compute() and reset().',
  });
}
