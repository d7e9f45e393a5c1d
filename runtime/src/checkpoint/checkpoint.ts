import type { TensorData } from './tensorData.js';

/**
 * All that a run needs to go on. Keys are PyTorch Lightning's. A hook may add more: plain values of the kinds that
 * `writeCheckpoint` lists, and at any depth also tensors, as {@link TensorData}.
 */
export interface Checkpoint {
  /** Number of the epoch in which it was saved, from 0. */
  epoch: number;
  /** Optimizer steps so far. */
  global_step: number;
  /** Weights by name: `net.0.weight`. */
  state_dict: Readonly<Record<string, TensorData>>;
  /** Counters of the loops. */
  loops: Record<string, unknown>;
  /** Version of this package that wrote it. The key is PyTorch Lightning's, since its users and tools look for it. */
  'pytorch-lightning_version'?: string;
  /** State of each callback by its key. */
  callbacks?: Record<string, Record<string, unknown>>;
  /** In the order of `configureOptimizers`. Absent in a checkpoint of weights only. */
  optimizer_states?: unknown[];
  lr_schedulers?: unknown[];
  hyper_parameters?: Record<string, unknown>;
  /** Name of the constructor's parameter that held the hyperparameters. */
  hparams_name?: string;
  /** State of the data module. */
  datamodule?: Record<string, unknown>;
  /** State of the random numbers; null when the run was not seeded. */
  rng?: unknown;
  [key: string]: unknown;
}

type Kind = 'count' | 'text' | 'object' | 'objects' | 'list';

/** The keys whose values readers rely on. */
const KINDS: Readonly<Record<string, { readonly kind: Kind; readonly isRequired?: true }>> = {
  epoch: { kind: 'count', isRequired: true },
  global_step: { kind: 'count', isRequired: true },
  loops: { kind: 'object', isRequired: true },
  'pytorch-lightning_version': { kind: 'text' },
  callbacks: { kind: 'objects' },
  optimizer_states: { kind: 'list' },
  lr_schedulers: { kind: 'list' },
  hyper_parameters: { kind: 'object' },
  hparams_name: { kind: 'text' },
  datamodule: { kind: 'object' },
};

const CHECKS: Readonly<Record<Kind, (value: unknown) => boolean>> = {
  count: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
  text: (value) => typeof value === 'string',
  object: isRecord,
  objects: (value) => isRecord(value) && Object.values(value).every(isRecord),
  list: Array.isArray,
};

/** What is wrong with a checkpoint's fields, as a clause, or undefined when they are as {@link Checkpoint} says. */
export function faultOf(fields: Readonly<Record<string, unknown>>): string | undefined {
  for (const [key, { kind, isRequired }] of Object.entries(KINDS)) {
    const value = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (value === undefined ? isRequired : !CHECKS[kind](value)) {
      return value === undefined ? `\`${key}\` is missing` : `\`${key}\` is not ${NAMES[kind]}`;
    }
  }
  return undefined;
}

const NAMES: Readonly<Record<Kind, string>> = {
  count: 'a count',
  text: 'text',
  object: 'an object',
  objects: 'an object of objects',
  list: 'a list',
};

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
