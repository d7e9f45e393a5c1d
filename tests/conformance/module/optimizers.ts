import type { LightningModule, tf } from 'lightning-tfjs';
import { toCamel, toNumbers, toOptions } from '../names.js';
import { optimClass } from '../notBuilt.js';
import type { Json, ModuleSpec, OptimizerSpec, SchedulerSpec } from '../scenario.js';

const DEFAULT: readonly OptimizerSpec[] = [{ type: 'SGD', args: { lr: 0.1 } }];

/** Functions of the step that `lr_lambda` names. */
const LAMBDAS: Readonly<Record<string, (n: number) => number>> = {
  '0.95**n': (n) => 0.95 ** n,
  '1/(1+n)': (n) => 1 / (1 + n),
  warmup10: (n) => Math.min(1, (n + 1) / 10),
  sqrt_decay: (n) => 1 / Math.sqrt(n + 1),
  'const_0.9': () => 0.9,
};

type NamedParameters = readonly (readonly [name: string, parameter: tf.Variable])[];

/** Builds an optimizer. @throws NotBuilt when the library does not have it */
export function makeOptimizer(spec: OptimizerSpec, parameters: NamedParameters): object {
  const Optimizer = optimClass(spec.type) as new (params: unknown, options: object) => object;
  const chosen = (names: string | readonly string[]) =>
    parameters
      .filter(([name]) => [names].flat().some((start) => name === start || name.startsWith(`${start}.`)))
      .map(([, parameter]) => parameter);
  const params = spec.groups
    ? spec.groups.map(({ params: names, ...options }) => ({ ...toOptions(options), params: chosen(names) }))
    : spec.params
      ? chosen(spec.params)
      : parameters.map(([, parameter]) => parameter);
  return new Optimizer(params, toOptions(spec.args));
}

/** Builds a scheduler; functions are given by name. @throws NotBuilt when the library does not have it */
export function makeScheduler(type: string, args: Readonly<Record<string, Json>>, optimizer: object): object {
  const Scheduler = optimClass(type) as new (optimizer: object, options: object) => object;
  const { lr_lambda, ...rest } = args;
  const lambda = (name: Json) => LAMBDAS[String(name)];
  const lambdas = Array.isArray(lr_lambda)
    ? lr_lambda.map(lambda)
    : lr_lambda === undefined
      ? undefined
      : lambda(lr_lambda);
  return new Scheduler(optimizer, { ...toOptions(rest), ...(lambdas !== undefined && { lrLambda: lambdas }) });
}

/** What `configureOptimizers` returns. */
export function configureOptimizers(spec: ModuleSpec, module: LightningModule): unknown {
  const form = spec.configure_optimizers_returns;
  if (form === 'none') return null;
  if (form === 'string') return 'adam';
  if (form === 'number') return 3;
  const parameters = module.namedParameters();
  const specs = spec.optimizers ?? DEFAULT;
  const lr = spec.lr_attr ? (Reflect.get(module, toCamel(spec.lr_attr)) as Json) : undefined;
  const optimizers = specs.map((optimizer, index) =>
    makeOptimizer(
      lr === undefined || index > 0 ? optimizer : { ...optimizer, args: { ...optimizer.args, lr } },
      parameters,
    ),
  );
  const schedulers = (spec.schedulers ?? []).map((scheduler) =>
    schedulerConfig(scheduler, optimizers, specs, parameters),
  );
  return arrange(spec, optimizers, schedulers);
}

function arrange(spec: ModuleSpec, optimizers: readonly object[], schedulers: readonly unknown[]): unknown {
  const [optimizer] = optimizers;
  const [lrScheduler] = schedulers;
  const single = optimizers.length === 1;
  const usual =
    schedulers.length === 0 ? (single ? 'optimizer' : 'list') : single && schedulers.length === 1 ? 'dict' : 'tuple';
  const unknown = Object.fromEntries((spec.optimizer_dict_unknown_keys ?? []).map((key) => [key, 1]));
  switch (spec.configure_optimizers_returns ?? (spec.optimizer_dict_unknown_keys ? 'dict' : usual)) {
    case 'optimizer':
      return optimizer;
    case 'list':
      return optimizers;
    case 'tuple':
      return [optimizers, schedulers];
    case 'dict':
      return { optimizer, ...(lrScheduler !== undefined && { lrScheduler }), ...unknown };
    case 'dict_with_monitor':
      return { optimizer, lrScheduler, monitor: spec.dict_monitor };
    case 'list_of_dicts':
      return optimizers.map((each, index) => ({ optimizer: each, lrScheduler: schedulers[index] }));
    default:
      throw new Error(`There is no form '${spec.configure_optimizers_returns}' in the format.`);
  }
}

function schedulerConfig(
  spec: SchedulerSpec,
  optimizers: readonly object[],
  specs: readonly OptimizerSpec[],
  parameters: NamedParameters,
): unknown {
  const index = spec.optimizer ?? 0;
  const optimizer = spec.foreign_optimizer
    ? makeOptimizer(specs[index] as OptimizerSpec, parameters)
    : (optimizers[index] as object);
  const scheduler = makeScheduler(spec.type, spec.args ?? {}, optimizer);
  if (spec.bare) return scheduler;
  const { interval, frequency, monitor, strict, name } = spec;
  const settings = Object.entries({ interval, frequency, monitor, strict, name });
  return {
    ...(spec.drop_scheduler_key ? {} : { scheduler }),
    ...Object.fromEntries(settings.filter(([, value]) => value !== undefined)),
    ...Object.fromEntries((spec.unknown_keys ?? []).map((key) => [key, toNumbers(1)])),
  };
}
