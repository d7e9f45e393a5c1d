import { availableParallelism } from 'node:os';
import { EngineError } from './engineError.js';

/** More bring nothing on the sizes of matrices that this engine is for. */
const MOST_BY_DEFAULT = 8;
const MOST = 64;
const VARIABLE = 'LIGHTNING_NUM_THREADS';

/**
 * How many threads compute: what was asked for, else `LIGHTNING_NUM_THREADS` of the environment, else as many as the
 * machine has for this process, but at most 8. Results do not depend on it.
 * @throws EngineError for anything but a whole number from 1 to 64
 */
export function threadCount(asked?: number): number {
  if (asked !== undefined) return checked('threads', asked);
  const variable = process.env[VARIABLE];
  if (variable !== undefined && variable !== '') return checked(VARIABLE, Number(variable), variable);
  return Math.min(availableParallelism(), MOST_BY_DEFAULT);
}

function checked(name: string, count: number, written: unknown = count): number {
  if (Number.isInteger(count) && count >= 1 && count <= MOST) return count;
  throw new EngineError({
    code: 'bad-thread-count',
    found: `${name} is ${JSON.stringify(written)}.`,
    allowed: `a whole number from 1 to ${MOST}`,
    fix: 'Leave it out to use what the machine has.',
  });
}
