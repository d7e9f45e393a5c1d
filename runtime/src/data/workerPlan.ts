import { MisconfigurationError } from '../errors/index.js';
import { ConcatDataset } from './concatDataset.js';
import { SubsetView } from './subset.js';
import { originOf } from './workerDataset.js';
import type { WorkerOrigin } from './workerMessages.js';

/** Where threads find the samples of a dataset: which of the origins, and the index there. */
export interface WorkerPlan {
  readonly origins: readonly WorkerOrigin[];
  /** Origin and index of a sample. */
  find(index: number): readonly [origin: number, index: number];
}

/** Looks through subsets and concatenations. Undefined when some of the data can only be made on this thread. */
function planOf(data: unknown): WorkerPlan | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const origin = originOf(data);
  if (origin) return { origins: [origin], find: (index) => [0, index] };
  if (data instanceof SubsetView) {
    const whole = planOf(data.dataset);
    return whole && { origins: whole.origins, find: (index) => whole.find(data.indices[index]!) };
  }
  if (data instanceof ConcatDataset) return planOfSeveral(data);
  return undefined;
}

function planOfSeveral(data: ConcatDataset<unknown>): WorkerPlan | undefined {
  const plans: WorkerPlan[] = [];
  const firsts: number[] = [];
  let count = 0;
  for (const dataset of data.datasets) {
    const plan = planOf(dataset);
    if (!plan) return undefined;
    plans.push(plan);
    firsts.push(count);
    count += plan.origins.length;
  }
  const find = (index: number): readonly [number, number] => {
    const place = data.locate(index);
    const [origin, inner] = plans[place.dataset]!.find(place.index);
    return [firsts[place.dataset]! + origin, inner];
  };
  return { origins: plans.flatMap(({ origins }) => origins), find };
}

/** @throws MisconfigurationError when threads cannot make this data */
export function workerPlanOf(data: unknown): WorkerPlan {
  const plan = planOf(data);
  if (plan) return plan;
  throw new MisconfigurationError({
    code: 'worker-data',
    found:
      'DataLoader got `numWorkers` for data that only this thread can read: functions and objects cannot be sent to another.',
    allowed: 'a dataset from `workerDataset`, and a Subset or ConcatDataset of such',
    fix: "Put the dataset into a module: await workerDataset(new URL('./dataset.ts', import.meta.url)).",
  });
}
