import { observeUpdates } from '../accelerators/index.js';
import { type KernelObserver, type KernelRun, observeKernels } from '../autograd/index.js';
import { MisconfigurationError } from '../errors/index.js';
import type * as tf from '../tf.js';
import type { Frame } from './frame.js';
import { type KernelPhase, KernelSchedule, type KernelScheduleOptions } from './kernelSchedule.js';
import {
  KERNEL_SORT_KEYS,
  type KernelSortKey,
  KernelTimes,
  type KernelTotals,
  kernelTable,
  memoryText,
} from './kernelTimes.js';
import type { Profiler } from './profiler.js';
import { SimpleProfiler, type SimpleProfilerOptions } from './simpleProfiler.js';

/** Options of {@link KernelProfiler}. */
export interface KernelProfilerOptions extends SimpleProfilerOptions {
  /** Adds a table of the kernels by their shapes. Default: true. */
  readonly groupByInputShapes?: boolean;
  /** Rows of each table of kernels; -1 for all. Default: 20. */
  readonly rowLimit?: number;
  /** Default: 'selfTime'. */
  readonly sortBy?: KernelSortKey;
  /** Which steps are recorded, for long runs; null for all. Default: null. */
  readonly schedule?: KernelScheduleOptions | null;
}

const DEFAULTS = { groupByInputShapes: true, rowLimit: 20, sortBy: 'selfTime', schedule: null } as const;

/**
 * Every kernel that the engine runs, forward, backward and in optimizers, inside of the action that ran it: name, shapes of inputs and
 * outputs, dtype, time and memory; all that {@link SimpleProfiler} tells besides. Kernels are in the span file and the Chrome trace, too.
 * On an engine that computes on another device, a kernel's time is that of handing it over. Cost: a few microseconds a kernel while it
 * records, nothing while its schedule waits. Source: PyTorch Lightning, `PyTorchProfiler`, and torch.profiler's schedule.
 *
 * @example
 * new Trainer({ profiler: new KernelProfiler({ filename: 'perf', schedule: { wait: 10, active: 3, repeat: 2 } }) })
 */
export class KernelProfiler extends SimpleProfiler {
  readonly groupByInputShapes: boolean;
  readonly rowLimit: number;
  readonly sortBy: KernelSortKey;
  readonly #schedule: KernelSchedule | undefined;
  readonly #times = new KernelTimes();
  #observing: Disposable[] = [];
  #peakBytes = 0;

  /** @throws MisconfigurationError for an option that is not allowed */
  constructor(options: KernelProfilerOptions = {}) {
    super(options);
    const { groupByInputShapes, rowLimit, sortBy, schedule } = { ...DEFAULTS, ...options };
    if (!KERNEL_SORT_KEYS.includes(sortBy)) throw wrongOption('sortBy', sortBy, KERNEL_SORT_KEYS.join(', '));
    if (!Number.isSafeInteger(rowLimit) || rowLimit < -1)
      throw wrongOption('rowLimit', rowLimit, 'a count, or -1 for all');
    this.groupByInputShapes = groupByInputShapes;
    this.rowLimit = rowLimit;
    this.sortBy = sortBy;
    this.#schedule = schedule === null ? undefined : new KernelSchedule(schedule);
  }

  /** By name, over all runs. */
  get kernels(): KernelTotals[] {
    return this.#times.kernels(this.sortBy);
  }

  /** By name and shapes, over all runs. */
  get kernelsByShape(): KernelTotals[] {
    return this.#times.cases(this.sortBy);
  }

  /** The most memory that all tensors took while kernels were recorded, in bytes. */
  get peakBytes(): number {
    return this.#peakBytes;
  }

  override setup(run: Parameters<Profiler['setup']>[0]): void {
    super.setup(run);
    this.#schedule?.reset(run.stage);
    this.#observeAsScheduled();
  }

  override start(action: string): void {
    super.start(action);
    this.#schedule?.enter(action);
    this.#observeAsScheduled(); // without a Trainer, too
  }

  override describe(): void {
    super.describe();
    this.#stopObserving();
  }

  override summary(): string {
    const { kernels, kernelsByShape, rowLimit, peakBytes } = this;
    const parts = [super.summary()];
    if (kernels.length === 0) parts.push('Kernels: none were recorded.\n');
    else parts.push(`Kernels\n${kernelTable(kernels, rowLimit)}\n`);
    if (kernels.length > 0 && this.groupByInputShapes) {
      parts.push(`Kernels by shapes\n${kernelTable(kernelsByShape, rowLimit)}\n`);
    }
    if (peakBytes > 0) parts.push(`Tensors took ${memoryText(peakBytes)} at most.\n`);
    return parts.join('\n');
  }

  protected override close(): void {
    this.#stopObserving();
    super.close();
  }

  /** While the schedule waits, the engine is as it was. */
  #observeAsScheduled(): void {
    if (this.#phase === 'wait') this.#stopObserving();
    else this.#observe();
  }

  #observe(): void {
    if (this.#observing.length > 0) return;
    const observer = this.#observer();
    const update = (name: string, [parameter, ...others]: readonly tf.Tensor[]) => {
      const inputs = parameter ? [parameter, ...others] : [];
      observer.end({ name, inputs, outputs: inputs.slice(0, 1), bytes: 0, totalBytes: 0 }); // it takes no memory
    };
    this.#observing = [observeKernels(observer), observeUpdates({ ...observer, end: update })];
  }

  #stopObserving(): void {
    for (const each of this.#observing) each[Symbol.dispose]();
    this.#observing = [];
  }

  #observer(): KernelObserver {
    const { spans } = this;
    return {
      begin: (name) => {
        spans.begin(spans.part(name, 'kernel'));
      },
      failed: (name) => {
        spans.cancel(spans.part(name, 'kernel'));
      },
      end: (run) => {
        const frame = spans.part(run.name, 'kernel');
        if (this.#phase === 'warmup') spans.cancel(frame);
        else this.#end(frame, run);
      },
    };
  }

  get #phase(): KernelPhase {
    return this.#schedule?.phase ?? 'active';
  }

  #end(frame: Frame, run: KernelRun): void {
    const span = this.spans.endKernel(frame, () => [this.#times.caseOf(run.inputs, run.outputs), run.bytes]);
    if (span?.kernel) this.#times.add(run.name, span.kernel, span.durationMs, span.selfMs, span.bytes ?? 0);
    this.#peakBytes = Math.max(this.#peakBytes, run.totalBytes);
  }
}

function wrongOption(name: string, value: unknown, allowed: string): MisconfigurationError {
  return new MisconfigurationError({
    code: 'profiler-option',
    found: `\`${name}\` of a KernelProfiler is ${String(value)}.`,
    allowed,
  });
}
