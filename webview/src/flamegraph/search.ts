import type { FlameFrame } from '../messages/index.js';
import type { Boxes } from './layout.js';

/** The boxes whose name holds what was typed. */
export interface Matches {
  /** In the order of their beginning, and from the outside in. */
  readonly boxes: Uint32Array;
  /** The same for each row, as {@link Boxes.rows}. */
  readonly rows: readonly Uint32Array[];
  /** How many spans they stand for. */
  readonly spans: number;
}

/** Finds names that hold `query`, whatever the case of its letters. Undefined when nothing is searched for. */
export function search(boxes: Boxes, frames: readonly FlameFrame[], query: string): Matches | undefined {
  const wanted = query.trim().toLowerCase();
  if (wanted === '') return undefined;
  const isMatch = frames.map(({ name }) => name.toLowerCase().includes(wanted));
  const rows = boxes.rows.map((row) => row.filter((box) => isMatch[boxes.frame[box] as number]));
  const found = new Uint32Array(rows.reduce((sum, row) => sum + row.length, 0));
  let at = 0;
  for (const row of rows) {
    found.set(row, at);
    at += row.length;
  }
  const { start, row } = boxes;
  found.sort((a, b) => (start[a] as number) - (start[b] as number) || (row[a] as number) - (row[b] as number) || a - b);
  return { boxes: found, rows, spans: found.reduce((sum, box) => sum + (boxes.spans[box] as number), 0) };
}
