/** A function of the step's length along a direction: its value, gradient and slope there. */
export interface Point {
  readonly t: number;
  readonly loss: number;
  readonly gradient: Float32Array;
  /** The gradient along the direction. */
  readonly slope: number;
}

/** What a search is given. */
export interface Search {
  /** At length 0. */
  readonly start: Point;
  /** The first length to try. */
  readonly t: number;
  /** The direction's largest component, by size. */
  readonly directionSize: number;
  readonly toleranceChange: number;
  evaluate(t: number): Promise<Point>;
}

/** Where the search ended, and how often it evaluated the function. */
export interface Found {
  readonly point: Point;
  readonly evaluations: number;
}

const C1 = 1e-4;
const C2 = 0.9;
const MAX_STEPS = 25;

/**
 * A step length that satisfies the strong Wolfe conditions (c1 = 1e-4, c2 = 0.9): first forward until an interval holds
 * one, then into that interval, by cubic interpolation. Sources: Nocedal and Wright, 2006, algorithms 3.5 and 3.6, with
 * the bounds and stopping rules of torch.optim.LBFGS (`strong_wolfe`).
 */
export async function strongWolfe(search: Search): Promise<Found> {
  const { start, evaluate } = search;
  let evaluations = 0;
  const at = (t: number) => {
    evaluations++;
    return evaluate(t);
  };
  let before = start;
  let point = await at(search.t);
  for (let steps = 0; steps < MAX_STEPS; steps++) {
    const isTooFar = isAbove(point, start) || (steps > 1 && point.loss >= before.loss);
    if (!isTooFar && isFlat(point, start)) return { point, evaluations };
    if (isTooFar || point.slope >= 0) {
      const inside = await narrow(search, [before, point], MAX_STEPS - steps, at);
      return { point: inside, evaluations };
    }
    const bounds: [number, number] = [point.t + 0.01 * (point.t - before.t), point.t * 10];
    const next = interpolate(before, point, bounds);
    before = point;
    point = await at(next);
  }
  return { point: start.loss <= point.loss ? start : point, evaluations };
}

/** The sufficient decrease is missed. */
function isAbove(point: Point, start: Point): boolean {
  return point.loss > start.loss + C1 * point.t * start.slope;
}

/** The slope has shrunk enough. */
function isFlat(point: Point, start: Point): boolean {
  return Math.abs(point.slope) <= -C2 * start.slope;
}

async function narrow(
  { start, directionSize, toleranceChange }: Search,
  [first, second]: readonly [Point, Point],
  steps: number,
  at: (t: number) => Promise<Point>,
): Promise<Point> {
  let [low, high] = first.loss <= second.loss ? [first, second] : [second, first];
  let wasSlow = false;
  for (let step = 0; step < steps; step++) {
    const [left, right] = [Math.min(low.t, high.t), Math.max(low.t, high.t)];
    if ((right - left) * directionSize < toleranceChange) break;
    let t = interpolate(low, high, [left, right]);
    const margin = 0.1 * (right - left);
    const isAtEdge = Math.min(right - t, t - left) < margin;
    if (isAtEdge && (wasSlow || t >= right || t <= left)) {
      t = Math.abs(t - right) < Math.abs(t - left) ? right - margin : left + margin;
      wasSlow = false;
    } else {
      wasSlow = isAtEdge;
    }
    const point = await at(t);
    if (isAbove(point, start) || point.loss >= low.loss) {
      high = point;
      if (high.loss < low.loss) [low, high] = [high, low];
      continue;
    }
    const isDone = isFlat(point, start);
    if (!isDone && point.slope * (high.t - low.t) >= 0) high = low;
    low = point;
    if (isDone) break;
  }
  return low;
}

/** The minimum of the cubic through two points with their slopes, within bounds; the bounds' middle when it has none. */
function interpolate(one: Point, other: Point, [least, most]: readonly [number, number]): number {
  const [a, b] = one.t <= other.t ? [one, other] : [other, one];
  const d1 = a.slope + b.slope - (3 * (a.loss - b.loss)) / (a.t - b.t);
  const square = d1 * d1 - a.slope * b.slope;
  if (!(square >= 0)) return (least + most) / 2;
  const d2 = Math.sqrt(square);
  const t = b.t - (b.t - a.t) * ((b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2));
  return Math.min(Math.max(t, least), most);
}
