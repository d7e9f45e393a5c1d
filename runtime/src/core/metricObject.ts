import { MisconfigurationError } from '../errors/index.js';
import type * as tf from '../tf.js';
import type { LightningModule } from './lightningModule.js';

/**
 * A metric with a state of its own, such as an accuracy over all batches: it is updated by the module, computed when the epoch's
 * value is wanted, and reset after the epoch. PyTorch Lightning has torchmetrics' `Metric` in its place.
 */
export interface MetricObject {
  /** The value over all updates since the last reset: a number, or a tensor with one element (borrowed). */
  compute(): number | tf.Tensor;
  /** Forgets all updates. */
  reset(): void;
  /** The value of the latest update alone, for `onStep`; undefined: there is no step value. */
  readonly batchValue?: number | tf.Tensor | undefined;
}

export function isMetricObject(value: unknown): value is MetricObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    'compute' in value &&
    typeof value.compute === 'function' &&
    'reset' in value &&
    typeof value.reset === 'function'
  );
}

/** @throws MisconfigurationError when no field of the module holds the metric: it would be made anew each time, and see one batch */
export function checkMetricAttribute(module: LightningModule, name: string, metric: MetricObject): void {
  const isHeld = Object.values(module).some(
    (field: unknown) =>
      field === metric || (typeof field === 'object' && field !== null && Object.values(field).includes(metric)),
  );
  if (isHeld) return;
  throw new MisconfigurationError({
    code: 'log-metric-attribute',
    found: `log('${name}') was given a metric object that is in no field of ${module.constructor.name}.`,
    fix: `Keep it in a field, as this.metric = …, or say where it is: this.log('${name}', metric, { metricAttribute: '…' }).`,
  });
}
