import { MisconfigurationError } from '../errors/index.js';

/** Totals since the start, and the floating point operations of the latest batch. */
export interface ThroughputUpdate {
  /** Seconds. */
  readonly time: number;
  readonly batches: number;
  readonly samples: number;
  readonly lengths?: number | undefined;
  readonly flops?: number | undefined;
}

/**
 * Work in a time, over a window of the latest batches. Source: Lightning Fabric, `utilities/throughput.py`; there is one device
 * here, so that there are no totals over devices.
 */
export class Throughput {
  readonly #window: ThroughputUpdate[] = [];

  constructor(
    readonly windowSize: number,
    readonly separator: string,
    readonly availableFlops: number | undefined,
  ) {}

  /** The latest time, in seconds; 0 before the first. */
  get time(): number {
    return this.#window.at(-1)?.time ?? 0;
  }

  /** @throws MisconfigurationError for fewer samples than batches, or fewer items than samples */
  update(update: ThroughputUpdate): void {
    const { batches, samples, lengths } = update;
    checkOrder('samples', samples, 'batches', batches);
    if (lengths !== undefined) checkOrder('lengths', lengths, 'samples', samples);
    this.#window.push(update);
    if (this.#window.length > this.windowSize) this.#window.shift();
  }

  /** Totals at once, rates as soon as the window is full. */
  compute(): Record<string, number> {
    const [first, last] = [this.#window[0], this.#window.at(-1)];
    if (!first || !last) return {};
    const { time, batches, samples, lengths } = last;
    const totals = { time, batches, samples, ...(lengths !== undefined && { lengths }) };
    const elapsed = time - first.time;
    if (this.#window.length < this.windowSize || elapsed <= 0) return totals;
    const rates: Record<string, number> = {
      batches_per_sec: (batches - first.batches) / elapsed,
      samples_per_sec: (samples - first.samples) / elapsed,
    };
    if (lengths !== undefined) rates.items_per_sec = (lengths - (first.lengths ?? 0)) / elapsed;
    if (this.#window.every(({ flops }) => flops !== undefined)) {
      const flops = this.#window.slice(1).reduce((sum, update) => sum + (update.flops ?? 0), 0);
      rates.flops_per_sec = flops / elapsed;
      if (this.availableFlops) rates.mfu = flops / elapsed / this.availableFlops;
    }
    const named = Object.entries(rates).map(([name, rate]) => [`device${this.separator}${name}`, rate]);
    return { ...totals, ...Object.fromEntries(named) };
  }

  /** Begins anew. */
  reset(): void {
    this.#window.length = 0;
  }
}

function checkOrder(what: string, count: number, least: string, leastCount: number): void {
  if (count >= leastCount) return;
  throw new MisconfigurationError({
    code: 'throughput',
    found: `ThroughputMonitor: expected ${what} (${count}) to be greater or equal than ${least} (${leastCount}).`,
    fix: 'Check what batchSizeFn and lengthFn return: the counts of one batch.',
  });
}
