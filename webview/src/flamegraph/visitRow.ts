import { type Boxes, firstFrom } from './layout.js';
import type { Viewport } from './viewport.js';

/** Below this many pixels boxes are drawn together. */
const SMALL = 1;

/** What is drawn at once: one box, or several that are too small to be told apart (`box` is then the first of them). */
export type DrawRun = (box: number, left: number, width: number, isMerged: boolean) => void;

/**
 * Goes over what can be seen of a row, from left to right. Boxes narrower than a pixel are merged and those behind them found by search, so
 * that a row costs as many steps as it has pixels, however many boxes it has.
 */
export function visitRow(
  boxes: Uint32Array,
  { start, width, frame }: Boxes,
  { from, span }: Viewport,
  pixels: number,
  draw: DrawRun,
): void {
  const scale = pixels / span;
  const to = from + span;
  // The one before may reach into the view.
  let i = Math.max(0, firstFrom(boxes, start, from) - 1);
  let runLeft = -1;
  let runRight = -1;
  let runBox = -1;
  const flush = () => {
    if (runBox >= 0) draw(runBox, runLeft, Math.max(SMALL, runRight - runLeft), true);
    runBox = -1;
  };
  while (i < boxes.length) {
    const box = boxes[i] as number;
    const begin = start[box] as number;
    if (begin >= to) break;
    const left = (begin - from) * scale;
    const size = (width[box] as number) * scale;
    if (left + size < 0) {
      i++;
      continue;
    }
    if (size >= SMALL) {
      flush();
      const seen = Math.max(left, 0);
      draw(box, seen, Math.min(left + size, pixels) - seen, false);
      i++;
      continue;
    }
    const column = Math.floor(left);
    const isSame = runBox >= 0 && column <= runRight && frame[runBox] === frame[box];
    if (!isSame) {
      flush();
      runBox = box;
      runLeft = column;
    }
    runRight = column + 1;
    // Everything else that begins in this column is not seen beside it.
    i = nextWide(boxes, start, width, i + 1, from + (column + 1) / scale, SMALL / scale);
  }
  flush();
}

/** Place of the next box that begins at or behind `x`, or before it and is wide enough to be drawn. Gallops: mostly it is near. */
function nextWide(
  boxes: Uint32Array,
  start: Float64Array,
  width: Float64Array,
  at: number,
  x: number,
  wide: number,
): number {
  const near = Math.min(boxes.length, at + 4);
  for (let i = at; i < near; i++) {
    const box = boxes[i] as number;
    if ((start[box] as number) >= x || (width[box] as number) >= wide) return i;
  }
  const next = firstFrom(boxes, start, x, near);
  // A wide one can only be the last that begins in this column: it covers the rest of it.
  const last = next - 1;
  return last >= near && (width[boxes[last] as number] as number) >= wide ? last : next;
}
