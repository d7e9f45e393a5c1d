import type { XAxis } from '../messages/index.js';
import type { DataPoint } from '../pageState.js';

/** Where each point stands on an axis; `startedAt` is when its run began, in milliseconds. */
export function places(points: readonly DataPoint[], axis: XAxis, startedAt: number | null): number[] {
  switch (axis) {
    case 'step':
      return points.map(({ step }) => step);
    case 'wall':
      return points.map(({ time }) => time);
    case 'relative': {
      const start = startedAt ?? points[0]?.time ?? 0;
      return points.map(({ time }) => (time - start) / 1000);
    }
    case 'epoch':
      return epochs(points);
  }
}

/** The steps of an epoch are spread over it evenly; the last one is taken to be as long as the one before. */
function epochs(points: readonly DataPoint[]): number[] {
  const at: number[] = [];
  let length = Number.NaN;
  for (let start = 0; start < points.length; ) {
    const { epoch, step } = points[start] as DataPoint;
    let end = start;
    while (end < points.length && points[end]?.epoch === epoch) end++;
    const next = points[end];
    const last = points[end - 1] as DataPoint;
    if (next) length = next.step - step;
    else if (!(length > last.step - step)) length = last.step - step + 1;
    for (; start < end; start++) at.push(epoch + ((points[start] as DataPoint).step - step) / Math.max(1, length));
  }
  return at;
}
