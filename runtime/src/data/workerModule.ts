import { basename } from 'node:path';
import { MisconfigurationError } from '../errors/index.js';
import { drawFrom, Generator } from '../random/index.js';
import type { BatchedDataset, Dataset } from './dataset.js';
import type { WorkerOrigin } from './workerMessages.js';

/** A thread, as its dataset sees it. Follows torch's `get_worker_info`. */
export interface WorkerInfo {
  /** From 0. */
  readonly id: number;
  readonly numWorkers: number;
  /** That of the pass plus `id`. `Math.random` was seeded with it. */
  readonly seed: number;
}

/** What a dataset of a module has; `getBatch` makes whole batches, and `initWorker` is called once on each thread. */
export type WorkerData = (Dataset<unknown> | BatchedDataset<unknown>) & { initWorker?(info: WorkerInfo): unknown };

/**
 * Loads a module and makes its dataset, the same one on every thread.
 * @throws MisconfigurationError when the module has no dataset; whatever the module throws
 */
export async function makeDataset(origin: WorkerOrigin): Promise<WorkerData> {
  const generator = new Generator(origin.seed);
  return drawFrom({ next: () => generator.next(), pass: 0 }, async () => {
    const found = exported(await import(origin.url), origin);
    const made: unknown = typeof found === 'function' ? await make(found as Maker, origin.args) : found;
    return checkDataset(made, origin);
  });
}

type Maker = (...args: readonly unknown[]) => unknown;

function exported(namespace: Readonly<Record<string, unknown>>, origin: WorkerOrigin): unknown {
  const { exportName } = origin;
  const { default: main } = namespace;
  if (exportName in namespace) return namespace[exportName];
  // `module.exports` arrives as the default export.
  if (typeof main === 'object' && main !== null && exportName in main) return Reflect.get(main, exportName);
  if (exportName === 'default' && 'length' in namespace) {
    return { ...namespace, length: namespace.length };
  }
  throw new MisconfigurationError({
    code: 'worker-module',
    found: `${basename(origin.file)} has no ${exportName === 'default' ? 'default export' : `export \`${exportName}\``}.`,
    allowed: `one of its exports: ${Object.keys(namespace).join(', ') || '(it has none)'}`,
    fix: "Export the dataset's class by default, or name it: workerDataset(url, { export: 'MyDataset' }).",
  });
}

/** A class is made, a function is called; either may be asynchronous or return the dataset of its own. */
function make(found: Maker, args: readonly unknown[]): unknown {
  const isClass = /^class\b/.test(Function.prototype.toString.call(found));
  return isClass ? Reflect.construct(found, args) : found(...args);
}

function checkDataset(made: unknown, origin: WorkerOrigin): WorkerData {
  const has = (name: string) =>
    typeof made === 'object' && made !== null && typeof Reflect.get(made, name) === 'function';
  const isSized = typeof made === 'object' && made !== null && 'length' in made;
  if (isSized && (has('get') || has('getBatch'))) return made as WorkerData; // just checked
  throw new MisconfigurationError({
    code: 'worker-module',
    found: `The export \`${origin.exportName}\` of ${basename(origin.file)} gave no dataset.`,
    allowed: 'a class, or a function that makes one, with `length` and `get(index)` or `getBatch(indices)`',
    fix: 'Threads share the work by index: samples without an index are read on the main thread.',
  });
}
