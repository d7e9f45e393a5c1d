import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { MisconfigurationError, nearest } from '../errors/index.js';
import type { BatchedDataset, Dataset } from './dataset.js';
import type { WorkerOrigin } from './workerMessages.js';
import { makeDataset } from './workerModule.js';

/** How a module makes its dataset. */
export interface WorkerDatasetOptions {
  /** What the constructor or function is called with: plain values, typed arrays, SharedArrayBuffers; each thread gets a copy. */
  readonly args?: readonly unknown[];
  /** Name of the export; default: the default export, or the module itself if it exports `length` and `get`. */
  readonly export?: string;
}

const NAMES = ['args', 'export'] as const satisfies (keyof WorkerDatasetOptions)[];

/** How user modules become something that Node can load; the command line compiles TypeScript. */
type PrepareModule = (file: string) => Promise<string>;
let prepareModule: PrepareModule = async (file) => pathToFileURL(file).href;

/** Tells how to get a module that Node can load from a user's file; returns its URL. For the program that runs user files. */
export function prepareWorkerModulesBy(prepare: PrepareModule): void {
  prepareModule = prepare;
}

const origins = new WeakMap<object, WorkerOrigin>();

/** Where a thread can make this dataset again; undefined for one that did not come from {@link workerDataset}. */
export function originOf(dataset: object): WorkerOrigin | undefined {
  return origins.get(dataset);
}

/**
 * A dataset that a DataLoader's worker threads can make again for themselves: a function or an object cannot be sent to a thread,
 * but a module can be loaded there. It is made on this thread too, for its length, and under the same random numbers on each.
 *
 * The module may be TypeScript where `lightning` runs it, or where this process can load TypeScript. Data that is large is not
 * copied to each thread if it is read by `get`, or given in `args` as a SharedArrayBuffer.
 *
 * @typeParam Data the dataset's own type, `import type`d from its module
 * @param module the file's URL, or its absolute path
 * @throws MisconfigurationError when the module has no such dataset, or `args` cannot be copied; whatever the module throws
 * @example
 * // digitsDataset.ts: export default class Digits { constructor(folder) … length … get(index) … }
 * const digits = await workerDataset<Digits>(new URL('./digitsDataset.ts', import.meta.url), { args: ['data'] });
 * new DataLoader(digits, { batchSize: 32, shuffle: true, numWorkers: 2 });
 */
export async function workerDataset<Data extends Dataset<unknown> | BatchedDataset<unknown> = Dataset<unknown>>(
  module: URL | string,
  options: WorkerDatasetOptions = {},
): Promise<Data> {
  const { args, exportName } = checkOptions(options);
  const file = fileOf(module);
  const url = await prepareModule(file);
  const seed = Math.floor(Math.random() * 2 ** 32);
  const origin = { url, file, exportName, args, seed };
  const dataset = await explained(makeDataset(origin), file);
  origins.set(dataset, origin);
  return dataset as unknown as Data; // of the module that the caller names
}

function fileOf(module: URL | string): string {
  const text = String(module);
  if (!text.startsWith('file:') && !isAbsolute(text)) {
    throw new MisconfigurationError({
      code: 'worker-module',
      found: `workerDataset got ${JSON.stringify(text)} as a module.`,
      allowed: 'a file: URL or an absolute path',
      fix: "Write new URL('./dataset.ts', import.meta.url): a path relative to the file that it stands in.",
    });
  }
  const file = text.startsWith('file:') ? fileURLToPath(text) : text;
  // As TypeScript's imports do: the file is written in TypeScript and named as what it is compiled to.
  const found = [file, file.replace(/\.([cm]?)js$/, '.$1ts')].find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new MisconfigurationError({ code: 'worker-module', found: `workerDataset: there is no file ${file}.` });
}

function checkOptions(options: WorkerDatasetOptions): {
  readonly args: readonly unknown[];
  readonly exportName: string;
} {
  for (const name of Object.keys(options)) {
    if (NAMES.some((known) => known === name)) continue;
    const meant = nearest(name, NAMES);
    throw new MisconfigurationError({
      code: 'unknown-option',
      found: `workerDataset has no option \`${name}\`.`,
      allowed: NAMES.join(', '),
      fix: meant === undefined ? undefined : `Did you mean \`${meant}\`?`,
    });
  }
  const { args = [], export: exportName = 'default' }: { readonly args?: unknown; readonly export?: unknown } = options;
  if (!Array.isArray(args)) {
    throw new MisconfigurationError({
      code: 'option-value',
      found: 'workerDataset: `args` is not a list.',
      allowed: 'a list with the arguments of the constructor or function',
    });
  }
  if (typeof exportName !== 'string') {
    throw new MisconfigurationError({
      code: 'option-value',
      found: `workerDataset: \`export\` is ${typeof exportName === 'function' ? 'a function' : String(exportName)}.`,
      allowed: "the name of an export, such as 'MyDataset'",
    });
  }
  try {
    structuredClone(args);
  } catch (error) {
    throw new MisconfigurationError({
      code: 'worker-args',
      found: `workerDataset: \`args\` cannot be copied to a thread: ${error instanceof Error ? error.message : String(error)}`,
      allowed: 'plain values, lists and objects of them, typed arrays, SharedArrayBuffers, Maps, Sets, Dates',
      fix: 'Make functions and open files inside the module.',
      cause: error,
    });
  }
  return { args, exportName };
}

/** Node's own words for a TypeScript file do not say what to do. */
async function explained<Result>(work: Promise<Result>, file: string): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_UNKNOWN_FILE_EXTENSION')) throw error;
    throw new MisconfigurationError({
      code: 'worker-module',
      found: `This process cannot load ${file}: Node ${process.versions.node} does not know its kind of file.`,
      fix: 'Run with `lightning fit`, which compiles it; or start Node with a loader for TypeScript; or name a JavaScript file.',
      cause: error,
    });
  }
}
