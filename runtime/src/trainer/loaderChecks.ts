import type { BatchSource, LightningDataModule, LightningModule } from '../core/index.js';
import { CombinedLoader, DataLoader, isTfDataset } from '../data/index.js';
import { MisconfigurationError } from '../errors/index.js';
import { lengthOf } from './batchFeed.js';

/** Methods that return loaders. */
export type LoaderHook = 'trainDataloader' | 'valDataloader' | 'testDataloader' | 'predictDataloader';

/** Who defines the loaders of a hook. */
export type LoaderOwner = LightningModule | LightningDataModule | undefined;

/** Checks one loader. @throws MisconfigurationError when it cannot be iterated */
export function asSource(value: unknown, hook: LoaderHook, owner: LoaderOwner): BatchSource {
  if (isTfDataset(value)) return new DataLoader(value, { batchSize: null }); // its elements are the batches
  if (isIterable(value)) return value as BatchSource; // just checked
  throw new MisconfigurationError({
    code: 'invalid-dataloader',
    found: `${hook} returned ${value === null ? 'null' : typeof value === 'object' ? 'an object that cannot be iterated' : `a ${typeof value}`}.`,
    allowed: 'a DataLoader, a tf.data dataset of batches, a list of batches, or anything else that can be iterated',
    fix: 'Wrap the data: new DataLoader(dataset, { batchSize: 32 }).',
    blame: owner?.[hook],
  });
}

/** There are no batches for a hook. */
export function missingLoader(hook: LoaderHook, owner: LoaderOwner): MisconfigurationError {
  return new MisconfigurationError({
    code: 'missing-dataloader',
    found: owner
      ? `${owner.constructor.name}.${hook} returned nothing.`
      : `There are no batches: neither a loader was given nor is ${hook} defined.`,
    fix: owner
      ? 'Return a DataLoader.'
      : `Add ${hook}() to the module or a data module, or pass loaders to the Trainer's method.`,
    blame: owner?.[hook],
  });
}

/** A combination that the loop cannot use. */
export function unfitCombination(hook: LoaderHook, mode: string, owner: LoaderOwner): MisconfigurationError {
  const isTraining = hook === 'trainDataloader';
  return new MisconfigurationError({
    code: 'combined-mode',
    found: `${hook} returned a CombinedLoader of mode '${mode}', which ${isTraining ? 'fit' : 'predict'} does not support.`,
    allowed: isTraining ? "'min_size', 'max_size_cycle' or 'max_size'" : "'sequential'",
    blame: owner?.[hook],
  });
}

/** Several loaders for an evaluation, rather than one. */
export function isListOfLoaders(value: unknown): value is readonly unknown[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((entry) => isTfDataset(entry) || (isIterable(entry) && !isBatchLike(entry)))
  );
}

/** Loaders in the order of their data, for a run that is to see the same few batches each time. */
export function inOrder(loader: BatchSource, hook: LoaderHook): BatchSource {
  if (loader instanceof CombinedLoader) return loader.map((member) => inOrder(member, hook));
  if (!(loader instanceof DataLoader)) return loader;
  const ordered = loader.inOrder();
  if (ordered !== loader) {
    process.emitWarning(`You asked to overfit, and a loader of ${hook} shuffles: it is used in the order of its data.`);
  }
  return ordered;
}

/** Tells of a loader that will give nothing. */
export function warnIfEmpty(source: BatchSource, hook: LoaderHook): void {
  if (lengthOf(source) === 0) process.emitWarning(`A loader of ${hook} has zero batches.`);
}

/** Tells of a loader that gives an evaluation other batches each time. */
export function warnIfShuffled(source: BatchSource, hook: LoaderHook): void {
  if (!('shuffle' in source) || source.shuffle !== true) return;
  process.emitWarning(`A loader of ${hook} shuffles: an evaluation wants the same batches each time.`);
}

/** A batch `[x, y]` in a plain list of batches, rather than a loader in a list of loaders. */
function isBatchLike(value: unknown): boolean {
  return (
    Array.isArray(value) && value.every((entry) => typeof entry === 'object' && entry !== null && 'dataSync' in entry)
  );
}

function isIterable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && (Symbol.asyncIterator in value || Symbol.iterator in value);
}
