import { freshTensorsOf, tensorMark } from '../autograd/index.js';
import type { BatchSource } from '../core/index.js';
import { RunError } from '../errors/index.js';
import type { RawBatch } from '../loops/index.js';
import type * as tf from '../tf.js';

/** A loader that can tell and take back where it stands. */
export interface StatefulSource extends BatchSource {
  stateDict(): unknown;
  loadStateDict(state: never): void;
}

/** Which batches of a source are wanted. */
export interface Feed {
  readonly dataloaderIdx: number;
  /** Batches of the epoch; undefined: as many as there are. */
  readonly limit: number | undefined;
  /** Number of the first batch. */
  readonly fromBatch: number;
  /** Batches that the source hands out again although they are done. */
  readonly skips: number;
}

/** The batches of one pass through a source. Leaving early frees what was fetched and not handed out. */
export async function* feedBatches(
  source: BatchSource,
  { dataloaderIdx, limit, fromBatch, skips }: Feed,
): AsyncGenerator<RawBatch> {
  if (limit === 0 || (limit !== undefined && fromBatch >= limit)) return;
  const iterator = iteratorOf(source);
  let pending: FedBatch | undefined;
  try {
    for (let index = 0; index < skips; index++) dispose((await nextOf(iterator))?.owned);
    for (let batchIdx = fromBatch; limit === undefined || batchIdx < limit; batchIdx++) {
      const current = pending ?? (await nextOf(iterator));
      pending = undefined;
      if (!current) return;
      let { isLast } = current;
      if (limit !== undefined && batchIdx + 1 === limit) {
        isLast = true;
        endPass(source);
      } else if (isLast === undefined && lengthOf(source) !== undefined) {
        isLast = false; // a look ahead would move a saved position
      } else if (isLast === undefined) {
        // Only a look ahead tells whether a source without a length is at its end.
        pending = await nextOf(iterator);
        isLast = pending === undefined;
      }
      yield { batch: current.batch, owned: current.owned, batchIdx, dataloaderIdx, isLast, indices: current.indices };
    }
  } finally {
    dispose(pending?.owned);
    await iterator.batches.return?.();
  }
}

/** True for a loader that can tell and take back where it stands. */
export function isStateful(source: BatchSource): source is StatefulSource {
  return 'stateDict' in source && 'loadStateDict' in source;
}

/** A limit ends the epoch before the loader's end: its next pass begins at the first batch, also after a restart. */
function endPass(source: BatchSource): void {
  if ('endPass' in source && typeof source.endPass === 'function') source.endPass();
}

/** Batches of a pass, where the source tells. */
export function lengthOf(source: BatchSource): number | undefined {
  return typeof source.length === 'number' ? source.length : undefined;
}

/** A batch, the tensors in it that were made for it, and whether it is the last, where the source tells. */
interface FedBatch {
  readonly batch: unknown;
  readonly owned: readonly tf.Tensor[];
  readonly isLast: boolean | undefined;
  readonly indices?: Int32Array | undefined;
}

type BatchIterator = AsyncIterator<unknown> | Iterator<unknown>;

/**
 * A source that tells the last batch by itself, as our DataLoader does: a look ahead would move its saved position. It also tells
 * which tensors it made for a batch, which may have been long before it was asked for.
 */
interface TellingSource {
  batches(): AsyncIterator<ToldBatch>;
}

interface ToldBatch {
  readonly batch: unknown;
  readonly isLast: boolean;
  readonly owned?: readonly tf.Tensor[];
  readonly indices?: Int32Array | undefined;
}

function iteratorOf(source: BatchSource): { readonly tells: boolean; readonly batches: BatchIterator } {
  if ('batches' in source && typeof source.batches === 'function') {
    return { tells: true, batches: (source as TellingSource).batches() };
  }
  const batches = source[Symbol.asyncIterator]?.() ?? source[Symbol.iterator]?.();
  if (batches) return { tells: false, batches };
  throw new RunError({
    code: 'invalid-dataloader',
    found: 'A loader returned no iterator.',
    fix: 'Give it a [Symbol.asyncIterator] method.',
  });
}

/** The next batch. Tensors that were there before it was asked for stay their owner's. */
async function nextOf({ tells, batches }: ReturnType<typeof iteratorOf>): Promise<FedBatch | undefined> {
  const mark = tensorMark();
  const { done, value } = await batches.next();
  if (done) return undefined;
  if (!tells) return { batch: value, owned: freshTensorsOf(value, mark), isLast: undefined };
  const { batch, isLast, owned, indices } = value as ToldBatch; // by TellingSource
  return { batch, owned: owned ?? freshTensorsOf(batch, mark), isLast, indices };
}

function dispose(owned: readonly tf.Tensor[] = []): void {
  for (const tensor of owned) tensor.dispose();
}
