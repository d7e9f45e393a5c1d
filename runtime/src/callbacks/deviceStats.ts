import { readFileSync } from 'node:fs';
import { cpus, freemem, platform, totalmem } from 'node:os';
import * as tf from '../tf.js';

/** Time that all processors spent, in milliseconds since the machine started. */
interface Times {
  readonly busy: number;
  readonly total: number;
}

/** Looks at processor and memory. */
export class DeviceStats {
  #before: Times = processorTimes();

  /** The figures of now; processor use since the last look. */
  read(): Record<string, number> {
    const { rss, heapUsed } = process.memoryUsage();
    const { numTensors, numBytes } = tf.memory();
    const swap = swapPercent();
    return {
      cpu_vm_percent: 100 * (1 - freemem() / totalmem()),
      cpu_percent: this.#processorPercent(),
      ...(swap !== undefined && { cpu_swap_percent: swap }),
      process_rss_bytes: rss,
      process_heap_bytes: heapUsed,
      tensors: numTensors,
      tensor_bytes: numBytes,
    };
  }

  #processorPercent(): number {
    const now = processorTimes();
    const elapsed = now.total - this.#before.total;
    const busy = now.busy - this.#before.busy;
    if (elapsed > 0) this.#before = now; // the system counts in steps of some milliseconds
    return elapsed > 0 ? (100 * busy) / elapsed : 0;
  }
}

function processorTimes(): Times {
  let [busy, total] = [0, 0];
  for (const { times } of cpus()) {
    const all = Object.values(times).reduce((sum, time) => sum + time, 0);
    total += all;
    busy += all - times.idle;
  }
  return { busy, total };
}

/** Undefined where the system does not tell. */
function swapPercent(): number | undefined {
  if (platform() !== 'linux') return undefined;
  try {
    const facts = readFileSync('/proc/meminfo', 'utf8');
    const [total = 0, free = 0] = ['SwapTotal', 'SwapFree'].map((name) =>
      Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(facts)?.[1] ?? 0),
    );
    return total === 0 ? 0 : 100 * (1 - free / total);
  } catch {
    return undefined;
  }
}
