import type { LightningModule } from '../core/index.js';
import { MisconfigurationError, nearest } from '../errors/index.js';
import { Optimizer } from '../optim/index.js';

/** What configureOptimizers returned, taken apart. */
export interface OptimizerParts {
  readonly optimizers: readonly Optimizer[];
  /** Schedulers, and objects of a scheduler and its settings: not looked at yet. */
  readonly schedulers: readonly unknown[];
  /** What a ReduceLROnPlateau without settings of its own looks at. */
  readonly monitor: unknown;
}

const SETTINGS = ['optimizer', 'lrScheduler', 'monitor'];

/**
 * Takes apart what configureOptimizers returned. Source: PyTorch Lightning, `core/optimizer.py`.
 * @throws MisconfigurationError for anything that is none of its forms
 */
export function readOptimizerConfig(module: LightningModule, config: unknown): OptimizerParts {
  if (config instanceof Optimizer) return { optimizers: [config], schedulers: [], monitor: undefined };
  if (Array.isArray(config)) return readList(module, config);
  if (isSettings(config)) {
    const { optimizer, lrScheduler, monitor } = readSettings(module, config);
    return { optimizers: [optimizer], schedulers: lrScheduler, monitor };
  }
  throw unknownConfig(module, config);
}

function readList(module: LightningModule, list: readonly unknown[]): OptimizerParts {
  const [first, second] = list;
  if (list.length === 2 && Array.isArray(first) && isListOfOptimizers(first)) {
    return { optimizers: first, schedulers: Array.isArray(second) ? second : [second], monitor: undefined };
  }
  if (isListOfOptimizers(list)) return { optimizers: list, schedulers: [], monitor: undefined };
  if (!list.every(isSettings)) {
    throw unknownConfig(
      module,
      list.find((item) => !isSettings(item) && !(item instanceof Optimizer)),
    );
  }
  const parts = list.map((item) => readSettings(module, item));
  return {
    optimizers: parts.map(({ optimizer }) => optimizer),
    schedulers: parts.flatMap(({ lrScheduler, monitor }) =>
      lrScheduler.map((each) => (isSettings(each) || monitor === undefined ? each : { scheduler: each, monitor })),
    ),
    monitor: undefined,
  };
}

function readSettings(module: LightningModule, settings: Readonly<Record<string, unknown>>) {
  checkKeys('the optimizer configuration', settings, SETTINGS, module.configureOptimizers);
  const { optimizer, lrScheduler, monitor } = settings;
  if (!(optimizer instanceof Optimizer)) throw unknownConfig(module, settings);
  return { optimizer, lrScheduler: lrScheduler === undefined || lrScheduler === null ? [] : [lrScheduler], monitor };
}

/**
 * Tells of keys that nobody reads: PyTorch Lightning only warns, and so do we, unless the key is a known one with a slip, such as
 * `lr_scheduler`.
 * @throws MisconfigurationError for that one
 */
export function checkKeys(
  where: string,
  settings: object,
  known: readonly string[],
  blame: LightningModule['configureOptimizers'],
): void {
  const extra = Object.keys(settings).filter((key) => !known.includes(key));
  for (const key of extra) {
    const meant = nearest(key, known, 1);
    if (meant === undefined) continue;
    throw new MisconfigurationError({
      code: 'optimizer-config',
      found: `Found the unsupported key \`${key}\` in ${where} of configureOptimizers.`,
      allowed: known.join(', '),
      fix: `Did you mean \`${meant}\`?`,
      blame,
    });
  }
  if (extra.length === 0) return;
  const near = extra.length === 1 ? nearest(extra[0] ?? '', known) : undefined;
  const hint = near ? `Did you mean \`${near}\`?` : `It may have: ${known.join(', ')}.`;
  process.emitWarning(
    `Found unsupported keys in ${where} of configureOptimizers, which are ignored: ${extra.join(', ')}. ${hint}`,
  );
}

/** True for an object that was written in place, and not made by a class. */
export function isSettings(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function isListOfOptimizers(list: readonly unknown[]): list is readonly Optimizer[] {
  return list.every((item) => item instanceof Optimizer);
}

function unknownConfig(module: LightningModule, found: unknown): MisconfigurationError {
  return new MisconfigurationError({
    code: 'optimizer-config',
    found: `${module.constructor.name}.configureOptimizers returned ${describe(found)}.`,
    allowed:
      'an optimizer of `optim`, a list of them, { optimizer, lrScheduler, monitor }, a list of such objects, or [optimizers, schedulers]',
    fix: 'Return new optim.Adam(this.parameters(), { lr: 1e-3 }).',
    blame: module.configureOptimizers,
  });
}

function describe(found: unknown): string {
  if (typeof found !== 'object' || found === null) return `a ${typeof found}`;
  if (!isSettings(found))
    return Array.isArray(found) ? 'lists inside a list' : `an object of class ${found.constructor.name}`;
  const keys = Object.keys(found);
  if (keys.includes('optimizer')) return 'an object whose `optimizer` is none';
  return keys.length === 0 ? 'an empty object' : `an object with ${keys.join(', ')}, and without an optimizer`;
}
