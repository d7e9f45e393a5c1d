/** How parameters to prune are chosen. */
export const PRUNING_METHODS = [
  'l1_unstructured',
  'random_unstructured',
  'ln_structured',
  'random_structured',
] as const;
export type PruningMethod = (typeof PRUNING_METHODS)[number];

/** How much to prune: a part between 0 and 1, a part such as `'20%'`, or a count. Of what is left. */
export type PruningAmount = number | `${number}%`;

/** What is kept (1) and what is not (0). */
export type Mask = Float32Array;

/** A number, and how many of so many it takes. Python's rounding: halves go to the even number. */
export function countToPrune(amount: PruningAmount, size: number): number {
  const part = typeof amount === 'string' ? Number.parseFloat(amount) / 100 : amount < 1 ? amount : undefined;
  if (part === undefined) return Math.min(Number(amount), size);
  const exact = part * size;
  const floor = Math.floor(exact);
  if (exact - floor === 0.5) return floor + (floor % 2);
  return Math.round(exact);
}

/**
 * Prunes the entries that are smallest, or any, among those that are left. Source: torch.nn.utils.prune.L1Unstructured,
 * RandomUnstructured and PruningContainer.
 * @param values of all tensors that share the amount, one after the other
 * @param mask what is left; changed
 */
export function pruneEntries(
  values: Float32Array,
  mask: Mask,
  method: 'l1_unstructured' | 'random_unstructured',
  amount: PruningAmount,
): void {
  const left = [...mask.keys()].filter((index) => mask[index] !== 0);
  const scores = left.map((index) => (method === 'l1_unstructured' ? Math.abs(values[index] ?? 0) : Math.random()));
  for (const order of smallest(scores, countToPrune(amount, left.length))) mask[left[order] ?? 0] = 0;
}

/** What {@link pruneChannels} needs to know. */
export interface ChannelPruning {
  readonly shape: readonly number[];
  /** The axis whose slices are pruned; negative ones count from the end. */
  readonly dim: number;
  readonly method: 'ln_structured' | 'random_structured';
  /** Order of the norm. */
  readonly norm: number;
  readonly amount: PruningAmount;
}

/**
 * Prunes whole slices along an axis, among those that have something left. Source: torch.nn.utils.prune.LnStructured and
 * RandomStructured.
 * @param mask what is left; changed
 */
export function pruneChannels(values: Float32Array, mask: Mask, pruning: ChannelPruning): void {
  const { shape, method, norm, amount } = pruning;
  const dim = pruning.dim < 0 ? shape.length + pruning.dim : pruning.dim;
  const channels = shape[dim] ?? 1;
  const inner = shape.slice(dim + 1).reduce((size, length) => size * length, 1);
  const channelOf = (index: number) => Math.floor(index / inner) % channels;
  const lives = Array<boolean>(channels).fill(false);
  const sums = Array<number>(channels).fill(0);
  for (const [index, kept] of mask.entries()) {
    const channel = channelOf(index);
    if (kept !== 0) lives[channel] = true;
    const size = Math.abs(values[index] ?? 0);
    const sum = sums[channel] ?? 0;
    sums[channel] = norm === Number.POSITIVE_INFINITY ? Math.max(sum, size) : sum + size ** norm;
  }
  const left = [...lives.keys()].filter((channel) => lives[channel]);
  const scores = left.map((channel) => (method === 'ln_structured' ? (sums[channel] ?? 0) : Math.random()));
  const pruned = new Set([...smallest(scores, countToPrune(amount, left.length))].map((order) => left[order]));
  for (const index of mask.keys()) if (pruned.has(channelOf(index))) mask[index] = 0;
}

/** Places of the smallest scores. */
function smallest(scores: readonly number[], count: number): number[] {
  return [...scores.keys()].sort((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0)).slice(0, count);
}
