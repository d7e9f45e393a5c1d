/** The numbers of a tensor of any dtype, in place. */
export type Numbers = Float32Array | Int32Array | Uint8Array;

/** How a walk over a tensor's numbers goes: along each axis so many places, each so far from the one before. */
export interface Walk {
  readonly counts: readonly number[];
  readonly steps: readonly number[];
  readonly start: number;
}

/**
 * Visits the rows of a walk: the place of each row's first number in the tensor that is walked over, and how many numbers
 * were visited before. A row is the last axis.
 */
export function forEachRow({ counts, steps, start }: Walk, visit: (place: number, before: number) => void): void {
  if (counts.includes(0)) return;
  const rows = counts.slice(0, -1);
  const length = counts.at(-1) ?? 1;
  const at = rows.map(() => 0);
  let place = start;
  for (let before = 0; ; before += length) {
    visit(place, before);
    let axis = rows.length - 1;
    for (; axis >= 0; axis--) {
      at[axis] = (at[axis] as number) + 1;
      place += steps[axis] as number;
      if ((at[axis] as number) < (rows[axis] as number)) break;
      place -= (steps[axis] as number) * (rows[axis] as number);
      at[axis] = 0;
    }
    if (axis < 0) return;
  }
}

/** Writes what a walk meets, one number after the other, to `target`. */
export function readWalk(source: Numbers, walk: Walk, target: Numbers): void {
  const [count, step] = lastAxis(walk);
  if (step === 1 && count >= LONG_RUN) {
    forEachRow(walk, (place, before) => target.set(source.subarray(place, place + count), before));
    return;
  }
  forEachRow(walk, (place, before) => {
    let from = place;
    for (let i = 0; i < count; i++, from += step) target[before + i] = source[from] as number;
  });
}

/** Writes the numbers of `source`, one after the other, to the places of a walk over `target`. */
export function writeWalk(source: Numbers, target: Numbers, walk: Walk): void {
  const [count, step] = lastAxis(walk);
  forEachRow(walk, (place, before) => {
    let to = place;
    for (let i = 0; i < count; i++, to += step) target[to] = source[before + i] as number;
  });
}

/** From so many numbers on a copy in one piece is faster than a loop. */
const LONG_RUN = 16;

function lastAxis({ counts, steps }: Walk): [number, number] {
  return [counts.at(-1) ?? 1, steps.at(-1) ?? 1];
}

/** A walk that repeats a tensor of one shape to another one; axes that belong together are walked over as one. */
export function broadcastWalk(shape: readonly number[], outer: readonly number[]): Walk {
  const missing = outer.length - shape.length;
  const counts: number[] = [];
  const steps: number[] = [];
  let step = 1;
  for (let axis = outer.length - 1; axis >= 0; axis--) {
    const size = outer[axis] as number;
    const own = axis < missing ? 1 : (shape[axis - missing] as number);
    if (size === 1) continue;
    const isRepeated = own === 1;
    const last = steps[0];
    const continues =
      last !== undefined && (isRepeated ? last === 0 : last !== 0 && last * (counts[0] as number) === step);
    if (continues) counts[0] = (counts[0] as number) * size;
    else {
      counts.unshift(size);
      steps.unshift(isRepeated ? 0 : step);
    }
    step *= own;
  }
  return { counts, steps, start: 0 };
}
