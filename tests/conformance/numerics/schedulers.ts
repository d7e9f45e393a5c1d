import { optim, tf } from 'lightning-tfjs';
import { compare, type Mismatch } from '../compare.js';
import { makeScheduler } from '../module/optimizers.js';
import { toNumbers, toOptions } from '../names.js';
import { optimClass } from '../notBuilt.js';
import { momentumOf } from '../recorder.js';
import type { Json, JsonObject, NumericsScenario } from '../scenario.js';

interface Spec {
  readonly type: string;
  readonly args?: JsonObject;
  readonly schedulers?: readonly Spec[];
}

/** A scheduler's learning rates, step by step. */
interface SchedulerScenario extends NumericsScenario {
  readonly optimizer: { readonly momentum: number; readonly group_lrs: readonly number[] };
  readonly scheduler: Spec;
  readonly n_steps: number;
  /** Numbers, and the words of non-finite ones. */
  readonly metrics?: readonly Json[];
}

/** Steps a scheduler and compares the groups' learning rates and momenta. */
export async function runScheduler({
  optimizer: { momentum, group_lrs },
  scheduler: spec,
  n_steps,
  metrics,
  expect,
  tolerance,
}: SchedulerScenario): Promise<(Mismatch | undefined)[]> {
  const weights = group_lrs.map(() => tf.variable(tf.zeros([1])));
  const optimizer = new optim.SGD(
    weights.map((weight, index) => ({ params: [weight], lr: group_lrs[index] as number })),
    { momentum },
  );
  const scheduler = build(spec, optimizer) as { step(metric?: number): void };
  const lr: number[][] = [];
  const momenta: number[][] = [];
  const look = () => {
    lr.push(optimizer.paramGroups.map((group) => group.lr));
    momenta.push(optimizer.paramGroups.map((group) => momentumOf({ ...group })));
  };
  look();
  for (let step = 0; step < n_steps; step++) {
    await optimizer.step(); // without gradients there is nothing to update
    if (metrics) scheduler.step(toNumbers(metrics[step] ?? 'nan') as number);
    else scheduler.step();
    look();
  }
  tf.dispose(weights);
  return [
    compare('lr', expect.lr, lr, tolerance),
    'momentum' in expect ? compare('momentum', expect.momentum, momenta, tolerance) : undefined,
  ];
}

function build({ type, args = {}, schedulers }: Spec, optimizer: object): object {
  if (!schedulers) return makeScheduler(type, args, optimizer);
  const inner = schedulers.map((each) => build(each, optimizer));
  const Combined = optimClass(type) as new (...args: readonly unknown[]) => object;
  return type === 'SequentialLR' ? new Combined(optimizer, inner, toOptions(args)) : new Combined(inner);
}
