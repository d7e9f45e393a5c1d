import type { Generator } from '../../../random/index.js';

/** One to three bytes changed, a piece cut out, or the end cut off. */
export function mutate(bytes: Buffer, generator: Generator): Buffer {
  const changed = Buffer.from(bytes);
  const at = () => generator.int(changed.length);
  const kind = generator.int(10);
  if (kind === 0) return changed.subarray(0, at());
  if (kind === 1) {
    const [from, to] = [at(), at()].sort((a, b) => a - b);
    return Buffer.concat([changed.subarray(0, from), changed.subarray(to)]);
  }
  for (let count = 1 + generator.int(3); count > 0; count--) changed[at()] = generator.int(256);
  return changed;
}
