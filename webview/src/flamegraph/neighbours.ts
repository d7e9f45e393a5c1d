import { type Boxes, firstFrom } from './layout.js';

const NO_BOXES = new Uint32Array(0);

/** The leftmost box inside of a box, or -1. */
export function firstChild(boxes: Boxes, box: number): number {
  const row = boxes.rows[(boxes.row[box] ?? 0) + 1] ?? NO_BOXES;
  const end = (boxes.start[box] ?? 0) + (boxes.width[box] ?? 0);
  for (let i = firstFrom(row, boxes.start, boxes.start[box] ?? 0); i < row.length; i++) {
    const other = row[i] as number;
    if (boxes.parent[other] === box) return other;
    if ((boxes.start[other] ?? 0) > end) break;
  }
  return -1;
}

/** The box left or right of a box in its row, or -1: the brother, and behind the last of them the next cousin. */
export function neighbour(boxes: Boxes, box: number, step: 1 | -1): number {
  const row = boxes.rows[boxes.row[box] ?? 0] ?? NO_BOXES;
  let place = firstFrom(row, boxes.start, boxes.start[box] ?? 0);
  while (place < row.length && row[place] !== box) place++;
  return row[place + step] ?? -1;
}
