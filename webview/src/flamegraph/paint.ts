import type { FlameCategory, FlameFrame } from '../messages/index.js';
import type { Boxes } from './layout.js';
import type { BoxColor, Palette } from './palette.js';
import type { Matches } from './search.js';
import type { TextFitter } from './textFitter.js';
import { timeLabel } from './time.js';
import type { Viewport } from './viewport.js';
import { visitRow } from './visitRow.js';

export const ROW_HEIGHT = 18;
/** Above the rows: times. */
export const AXIS_HEIGHT = 20;
const MIN_LABEL = 24;
const DIMMED = 0.35;

/** All that a picture needs. */
export interface Scene {
  readonly boxes: Boxes;
  readonly frames: readonly FlameFrame[];
  readonly view: Viewport;
  /** Pixels that are scrolled away at the top. */
  readonly scroll: number;
  readonly width: number;
  readonly height: number;
  readonly palette: Palette;
  readonly matches: Matches | undefined;
  readonly fitter: TextFitter;
}

interface Label {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly color: string;
}

/** Draws what can be seen, and returns how many rectangles that took. */
export function paint(context: CanvasRenderingContext2D, scene: Scene): number {
  const { width, height, palette, matches, boxes } = scene;
  context.globalAlpha = 1;
  context.fillStyle = palette.background;
  context.fillRect(0, 0, width, height);
  const dimmed = matches !== undefined;
  let drawn = paintRows(context, scene, boxes.rows, undefined, dimmed ? DIMMED : 1);
  if (matches) drawn += paintRows(context, scene, matches.rows, palette.match, 1);
  paintAxis(context, scene);
  return drawn;
}

function paintRows(
  context: CanvasRenderingContext2D,
  { boxes, frames, view, scroll, width, height, palette, fitter }: Scene,
  rows: readonly Uint32Array[],
  color: BoxColor | undefined,
  alpha: number,
): number {
  const byFill = new Map<string, number[]>();
  const labels: Label[] = [];
  const first = Math.max(0, Math.floor(scroll / ROW_HEIGHT));
  const last = Math.min(rows.length, Math.ceil((scroll + height - AXIS_HEIGHT) / ROW_HEIGHT));
  let drawn = 0;
  for (let row = first; row < last; row++) {
    const y = AXIS_HEIGHT + row * ROW_HEIGHT - scroll;
    visitRow(rows[row] as Uint32Array, boxes, view, width, (box, left, size, isMerged) => {
      const frame = frames[boxes.frame[box] as number];
      const category: FlameCategory = frame?.category ?? 'run';
      const { fill, text } = color ?? palette.boxes[category];
      const rectangles = byFill.get(fill) ?? [];
      byFill.set(fill, rectangles);
      // A line of background between neighbours, where there is room for one.
      rectangles.push(left, y, size > 3 ? size - 1 : size, ROW_HEIGHT - 1);
      drawn++;
      if (isMerged || size < MIN_LABEL || !frame) return;
      const label = fitter.fit(frame.name, size - 8);
      if (label !== '') labels.push({ text: label, x: left + 4, y: y + ROW_HEIGHT / 2, color: text });
    });
  }
  context.globalAlpha = alpha;
  context.strokeStyle = palette.grid;
  context.lineWidth = 1;
  for (const [fill, rectangles] of byFill) {
    context.fillStyle = fill;
    context.beginPath();
    for (let i = 0; i < rectangles.length; i += 4) {
      const [x, y, w, h] = [rectangles[i], rectangles[i + 1], rectangles[i + 2], rectangles[i + 3]] as [
        number,
        number,
        number,
        number,
      ];
      context.fillRect(x, y, w, h);
      if (palette.isHighContrast) context.rect(x + 0.5, y + 0.5, Math.max(0, w - 1), h - 1);
    }
    if (palette.isHighContrast) context.stroke();
  }
  context.font = palette.font;
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  for (const { text, x, y, color: ink } of labels) {
    context.fillStyle = ink;
    context.fillText(text, x, y);
  }
  context.globalAlpha = 1;
  return drawn;
}

/** Times, at about every hundred pixels and round. */
function paintAxis(context: CanvasRenderingContext2D, { view, width, palette }: Scene): void {
  context.fillStyle = palette.background;
  context.fillRect(0, 0, width, AXIS_HEIGHT);
  const rough = (view.span * 110) / Math.max(width, 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? rough;
  context.font = palette.font;
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  for (let i = Math.ceil(view.from / step); i * step <= view.from + view.span; i++) {
    const x = Math.round(((i * step - view.from) / view.span) * width);
    context.fillStyle = palette.grid;
    context.fillRect(x, 0, 1, AXIS_HEIGHT);
    context.fillStyle = palette.text;
    context.fillText(timeLabel(i * step), x + 4, AXIS_HEIGHT / 2);
  }
}
