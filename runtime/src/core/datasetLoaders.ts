import { DataLoader, type DataSource, isIndexed, isTfDataset } from '../data/index.js';
import { MisconfigurationError, nearest } from '../errors/index.js';
import type { BatchSource } from './types.js';

/** Data that a DataLoader can read, whatever its samples are. */
export type AnyDataset = DataSource<unknown>;

/** What `LightningDataModule.fromDatasets` makes loaders of. */
export interface Datasets {
  /** Its loader shuffles, if the data has an index. */
  readonly trainDataset?: AnyDataset;
  /** One dataset, or a list of them. */
  readonly valDataset?: AnyDataset | readonly AnyDataset[];
  /** One dataset, or a list of them. */
  readonly testDataset?: AnyDataset | readonly AnyDataset[];
  /** One dataset, or a list of them. */
  readonly predictDataset?: AnyDataset | readonly AnyDataset[];
  /** Of each loader; default 1. */
  readonly batchSize?: number;
  /** Of each loader; default 0. */
  readonly numWorkers?: number;
}

const NAMES = [
  'trainDataset',
  'valDataset',
  'testDataset',
  'predictDataset',
  'batchSize',
  'numWorkers',
] as const satisfies (keyof Datasets)[];

/** @throws MisconfigurationError for a name that is none of {@link Datasets}' */
export function checkDatasets(datasets: Datasets): void {
  for (const name of Object.keys(datasets)) {
    if (NAMES.some((known) => known === name)) continue;
    const meant = nearest(name, NAMES);
    throw new MisconfigurationError({
      code: 'unknown-option',
      found: `fromDatasets has no option \`${name}\`.`,
      allowed: NAMES.join(', '),
      fix: meant === undefined ? undefined : `Did you mean \`${meant}\`?`,
    });
  }
}

/** The loader of a dataset. */
export function loaderOf(dataset: AnyDataset, { batchSize, numWorkers }: Datasets, shuffle: boolean): BatchSource {
  return new DataLoader(dataset, { batchSize, numWorkers, shuffle: shuffle && isIndexed(dataset) });
}

/** The loader of a dataset, or those of a list of datasets. An array of samples is a dataset itself. */
export function loadersOf(
  data: AnyDataset | readonly AnyDataset[],
  datasets: Datasets,
): BatchSource | readonly BatchSource[] {
  const isDataset = (entry: unknown) => !Array.isArray(entry) && (isTfDataset(entry) || isIndexed(entry));
  if (!Array.isArray(data) || data.length === 0 || !data.every(isDataset)) {
    return loaderOf(data as AnyDataset, datasets, false); // a list of datasets is all that it might have been
  }
  return data.map((dataset: AnyDataset) => loaderOf(dataset, datasets, false));
}
