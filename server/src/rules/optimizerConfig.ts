import {
  alternatives,
  behaviourOf,
  entryOf,
  type ModuleModel,
  type NewValue,
  type ObjectValue,
  objectAt,
  settled,
  type Value,
} from '../analysis/index.js';

/** One optimizer of configureOptimizers, with what stands beside it. */
export interface ConfiguredOptimizer {
  /** As it is written there. */
  readonly value: Value;
  /** Undefined where the text does not show what it is. */
  readonly constructed: NewValue | undefined;
}

/** One scheduler of configureOptimizers. */
export interface ConfiguredScheduler {
  /** The scheduler itself, as it is written there; undefined for settings without one. */
  readonly value: Value | undefined;
  readonly constructed: NewValue | undefined;
  /** `{ scheduler, … }`, where it has settings. */
  readonly settings: ObjectValue | undefined;
  /** The object around it that has `optimizer`, too. */
  readonly outer: ObjectValue | undefined;
}

/** What configureOptimizers returns in one case. */
export interface OptimizerConfig {
  readonly value: Value;
  readonly optimizers: readonly ConfiguredOptimizer[];
  readonly schedulers: readonly ConfiguredScheduler[];
  /** `{ optimizer, lrScheduler, … }` among it. */
  readonly objects: readonly ObjectValue[];
  /** False where the text does not show all of it. */
  readonly isClosed: boolean;
}

/** What a class's own configureOptimizers returns, one for each way. */
export function ownConfigs(module: ModuleModel): readonly OptimizerConfig[] {
  const method = behaviourOf(module).ownMethod('configureOptimizers');
  return (method?.returns ?? []).flatMap(({ value }) =>
    value ? alternatives(value).map((each) => readConfig(value, each)) : [],
  );
}

function readConfig(written: Value, whole: Value): OptimizerConfig {
  const config = {
    value: written,
    optimizers: [] as ConfiguredOptimizer[],
    schedulers: [] as ConfiguredScheduler[],
    objects: [] as ObjectValue[],
    isClosed: true,
  };
  if (whole.kind === 'array') {
    const [first, second] = whole.items;
    const firstList = first && settled(first);
    if (whole.items.length === 2 && firstList?.kind === 'array' && second) {
      config.isClosed = whole.isClosed && firstList.isClosed;
      for (const item of firstList.items) config.optimizers.push(optimizerIn(item));
      const list = settled(second);
      if (list.kind === 'array') config.isClosed &&= list.isClosed;
      for (const item of list.kind === 'array' ? list.items : [second]) config.schedulers.push(schedulerIn(item));
    } else {
      config.isClosed = whole.isClosed;
      for (const item of whole.items) readOne(item, config);
    }
  } else readOne(whole, config);
  const isShown = config.optimizers.every(({ constructed }) => constructed !== undefined);
  return { ...config, isClosed: config.isClosed && isShown };
}

function readOne(
  item: Value,
  config: {
    optimizers: ConfiguredOptimizer[];
    schedulers: ConfiguredScheduler[];
    objects: ObjectValue[];
    isClosed: boolean;
  },
): void {
  const object = objectAt([item], 0);
  if (!object) {
    config.optimizers.push(optimizerIn(item));
    return;
  }
  config.objects.push(object);
  config.isClosed &&= object.isClosed;
  const optimizer = entryOf(object, 'optimizer');
  if (optimizer) config.optimizers.push(optimizerIn(optimizer.value));
  const scheduler = entryOf(object, 'lrScheduler');
  if (scheduler) config.schedulers.push({ ...schedulerIn(scheduler.value), outer: object });
}

function optimizerIn(value: Value): ConfiguredOptimizer {
  const whole = settled(value);
  return { value, constructed: whole.kind === 'new' && isOptim(whole) ? whole : undefined };
}

function schedulerIn(value: Value): ConfiguredScheduler {
  const settings = objectAt([value], 0);
  const own = settings ? entryOf(settings, 'scheduler')?.value : value;
  const whole = own && settled(own);
  const constructed = whole?.kind === 'new' && isOptim(whole) ? whole : undefined;
  return { value: own, constructed, settings, outer: undefined };
}

/** True for what `optim` of the package constructs. */
export function isOptim({ api }: NewValue): boolean {
  return api?.startsWith('optim.') === true;
}
