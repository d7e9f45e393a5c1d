import { optim, tf } from 'lightning-tfjs';
import { compare, type Mismatch } from '../compare.js';
import { makeScheduler } from '../module/optimizers.js';
import { optimClass } from '../notBuilt.js';
import { momentumOf } from '../recorder.js';
import type { ScenarioSettings } from '../runScenario.js';
import type { JsonObject, NumericsScenario } from '../scenario.js';
import { onEngine } from './probe.js';

interface Inner {
  readonly type: string;
  readonly args?: JsonObject;
}

/** A scheduler's learning rates, step by step. */
interface SchedulerScenario extends NumericsScenario {
  readonly optimizer: { readonly momentum: number; readonly group_lrs: readonly number[] };
  readonly scheduler: Inner & { readonly schedulers?: readonly Inner[] };
  readonly n_steps: number;
  readonly metrics?: readonly number[];
}

/** Steps a scheduler and compares the groups' learning rates and momenta. */
export async function runScheduler(
  { optimizer: { momentum, group_lrs }, scheduler: spec, n_steps, metrics, expect, tolerance }: SchedulerScenario,
  { engine }: ScenarioSettings,
): Promise<(Mismatch | undefined)[]> {
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
  await onEngine(engine, () => {
    look();
    for (let step = 0; step < n_steps; step++) {
      if (metrics) scheduler.step(metrics[step]);
      else scheduler.step();
      look();
    }
  });
  tf.dispose(weights);
  return [
    compare('lr', expect.lr, lr, tolerance),
    'momentum' in expect ? compare('momentum', expect.momentum, momenta, tolerance) : undefined,
  ];
}

function build({ type, args = {}, schedulers }: SchedulerScenario['scheduler'], optimizer: object): object {
  if (!schedulers) return makeScheduler(type, args, optimizer);
  const inner = schedulers.map((each) => makeScheduler(each.type, each.args ?? {}, optimizer));
  const { milestones } = args;
  const Combined = optimClass(type) as new (...args: readonly unknown[]) => object;
  return type === 'SequentialLR' ? new Combined(optimizer, inner, { milestones }) : new Combined(inner);
}
