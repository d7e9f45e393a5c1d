import type { SpanTable } from './spanTable.js';

/** Boxes to draw, in both views the same: a column a field, and a list of boxes for each row, in the order of their beginning. */
export interface Boxes {
  readonly count: number;
  /** Left edge, in microseconds. */
  readonly start: Float64Array;
  /** Width, in microseconds. */
  readonly width: Float64Array;
  readonly row: Uint16Array;
  readonly frame: Uint32Array;
  /** Box around it; -1 for none. */
  readonly parent: Int32Array;
  /** How many spans it stands for. */
  readonly spans: Uint32Array;
  /** A span that it stands for: itself, or in the left-heavy view the longest. */
  readonly span: Uint32Array;
  /** Time without the boxes inside, in microseconds. */
  readonly self: Float64Array;
  readonly rows: readonly Uint32Array[];
  /** Right edge of everything. */
  readonly end: number;
}

/** Each span where it was in time; one below the span around it. */
export function timeOrdered(table: SpanTable): Boxes {
  const { count } = table;
  const spans = new Uint32Array(count).fill(1);
  const own = new Uint32Array(count);
  let end = table.endUs;
  for (let i = 0; i < count; i++) {
    own[i] = i;
    end = Math.max(end, (table.start[i] as number) + (table.duration[i] as number));
  }
  const start = table.start.subarray(0, count);
  const row = table.depth.subarray(0, count);
  return {
    count,
    start,
    width: table.duration.subarray(0, count),
    row,
    frame: table.frame.subarray(0, count),
    parent: table.parent.subarray(0, count),
    spans,
    span: own,
    self: table.self,
    rows: rowsOf(count, row, start),
    end,
  };
}

/** Spans of the same name in the same place of the tree as one box; the heaviest on the left. */
export function leftHeavy(table: SpanTable): Boxes {
  const { count, self } = table;
  const nodeOf = new Int32Array(count);
  const children = new Map<number, number>(); // of (node, frame)
  const frameCount = table.frames.length + 1;
  const capacity = count;
  const frame = new Uint32Array(capacity);
  const parent = new Int32Array(capacity);
  const spans = new Uint32Array(capacity);
  const longest = new Uint32Array(capacity);
  const row = new Uint16Array(capacity);
  const width = new Float64Array(capacity);
  const selves = new Float64Array(capacity);
  let nodes = 0;
  for (let i = 0; i < count; i++) {
    const spanParent = table.parent[i] as number;
    const node = spanParent < 0 ? -1 : (nodeOf[spanParent] as number);
    const key = (node + 1) * frameCount + (table.frame[i] as number);
    let own = children.get(key);
    if (own === undefined) {
      own = nodes++;
      children.set(key, own);
      frame[own] = table.frame[i] as number;
      parent[own] = node;
      row[own] = table.depth[i] as number;
      longest[own] = i;
    }
    nodeOf[i] = own;
    spans[own] = (spans[own] as number) + 1;
    width[own] = (width[own] as number) + (table.duration[i] as number);
    selves[own] = (selves[own] as number) + (self[i] as number);
    if ((table.duration[i] as number) > (table.duration[longest[own] as number] as number)) longest[own] = i;
  }
  const { start, end } = pack(nodes, parent, width);
  return {
    count: nodes,
    start,
    width: width.subarray(0, nodes),
    row: row.subarray(0, nodes),
    frame: frame.subarray(0, nodes),
    parent: parent.subarray(0, nodes),
    spans: spans.subarray(0, nodes),
    span: longest.subarray(0, nodes),
    self: selves.subarray(0, nodes),
    rows: rowsOf(nodes, row, start),
    end,
  };
}

/** Puts brothers side by side, heaviest first, from the left edge of the one around them. */
function pack(nodes: number, parent: Int32Array, width: Float64Array): { start: Float64Array; end: number } {
  const brothers = new Map<number, number[]>();
  for (let i = 0; i < nodes; i++) {
    const list = brothers.get(parent[i] as number);
    if (list) list.push(i);
    else brothers.set(parent[i] as number, [i]);
  }
  const start = new Float64Array(nodes);
  for (const list of brothers.values()) list.sort((a, b) => (width[b] as number) - (width[a] as number));
  const place = (list: readonly number[] | undefined, from: number): number => {
    let at = from;
    for (const node of list ?? []) {
      start[node] = at;
      at += width[node] as number;
    }
    return at;
  };
  const end = place(brothers.get(-1), 0);
  // A parent has a smaller number than its children.
  for (let i = 0; i < nodes; i++) place(brothers.get(i), start[i] as number);
  return { start, end };
}

/** The boxes of each row, ordered by their left edges. */
function rowsOf(count: number, row: Uint16Array, start: Float64Array): Uint32Array[] {
  const sizes: number[] = [];
  let isOrdered = true;
  for (let i = 0; i < count; i++) sizes[row[i] as number] = (sizes[row[i] as number] ?? 0) + 1;
  const rows = Array.from(sizes, (size) => new Uint32Array(size ?? 0));
  const filled = new Uint32Array(rows.length);
  for (let i = 0; i < count; i++) {
    const at = row[i] as number;
    const place = filled[at] as number;
    const boxes = rows[at] as Uint32Array;
    if (place > 0 && (start[boxes[place - 1] as number] as number) > (start[i] as number)) isOrdered = false;
    boxes[place] = i;
    filled[at] = place + 1;
  }
  // Most profiles are in order already; sorting each row costs more than everything else here.
  if (!isOrdered) for (const boxes of rows) boxes.sort((a, b) => (start[a] as number) - (start[b] as number));
  return rows;
}

/** Place in a row of the first box that begins at or behind `x`. */
export function firstFrom(boxes: Uint32Array, start: Float64Array, x: number, from = 0): number {
  let low = from;
  let high = boxes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((start[boxes[middle] as number] as number) < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Spans that ran side by side may lie over each other; so many are looked at. */
const OVERLAPS = 8;

/** The box at a place, or -1; `slack` is how far beside a box still hits it, in microseconds. */
export function hitTest({ rows, start, width }: Boxes, row: number, x: number, slack: number): number {
  const boxes = rows[row];
  if (!boxes) return -1;
  let next = firstFrom(boxes, start, x + slack);
  if (next < boxes.length && start[boxes[next] as number] === x + slack) next++; // its left edge is a part of a box
  for (let i = next - 1; i >= Math.max(0, next - OVERLAPS); i--) {
    const box = boxes[i] as number;
    if ((start[box] as number) + (width[box] as number) + slack >= x) return box;
  }
  return -1;
}
