import { MisconfigurationError } from '../errors/index.js';
import type { Generator } from '../random/index.js';

/**
 * The order of a pass. A sampler keeps no state of its own: whatever is random in it comes from the generator it is
 * given, which is what makes a DataLoader resumable in the middle of a pass.
 */
export interface Sampler {
  /** How many indices a pass has. */
  readonly length: number;
  /** The indices of one pass. Called once a pass. */
  indices(generator: Generator): Iterable<number>;
}

/**
 * The order of a pass as a sampler gave it.
 * @throws MisconfigurationError when a sampler's indices do not fit the data or the length that it told
 */
export function checkIndices(indices: Iterable<number>, promised: number, available: number): Int32Array {
  const values = indices instanceof Int32Array ? indices : [...indices];
  const wrong = values.findIndex((index) => !(Number.isInteger(index) && index >= 0 && index < available));
  if (wrong >= 0 || values.length !== promised) {
    throw new MisconfigurationError({
      code: 'sampler',
      found:
        wrong >= 0
          ? `The sampler gave the index ${values[wrong]} for data of ${available} samples.`
          : `The sampler gave ${values.length} indices, but its length is ${promised}.`,
      allowed: 'as many integers as its `length` says, each at least 0 and less than the length of the data',
    });
  }
  return Int32Array.from(values);
}
