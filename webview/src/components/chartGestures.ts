import { type Range, scaled, shifted } from '../charts/ranges.js';
import type { LineChart } from './lineChart.js';

/** The part of a chart that is shown; undefined shows all of that axis. */
export interface Zoom {
  readonly x?: Range;
  readonly y?: Range;
}

/** What gestures need of the chart that they move. */
export interface GestureTarget {
  /** Takes the events and the focus. */
  readonly frame: HTMLElement;
  /** Shown while a box is drawn. */
  readonly box: HTMLElement;
  /** Undefined until it is drawn. */
  chart(): LineChart | undefined;
  isLog(): { readonly x: boolean; readonly y: boolean };
  cursor(): number | null;
  zoom(zoom: Zoom): void;
  moveCursor(x: number | null): void;
}

/** A drag shorter than this is a click. */
const MIN_DRAG = 5;
const ZOOM_STEP = 1.25;
/** An arrow key moves the cursor by this part of the axis. */
const CURSOR_STEP = 0.01;
const PAN_STEP = 0.1;

/**
 * Mouse and keyboard on a chart: drag zooms into a box, Shift-drag and Shift with arrow keys pan, a double click and Escape show all,
 * Ctrl-wheel and +/− zoom, arrow keys and the pointer move the cursor. The wheel alone scrolls the page.
 */
export function chartGestures({ frame, box, chart, isLog, cursor, zoom, moveCursor }: GestureTarget): () => void {
  const life = new AbortController();
  const { signal } = life;
  let drag: { x: number; y: number; isPan: boolean; ranges: { x: Range; y: Range } } | undefined;
  const at = (event: MouseEvent) => {
    const { left, top } = frame.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  const zoomAbout = (x: number, factor: number) => {
    const drawn = chart();
    if (drawn) zoom({ x: scaled(drawn.ranges().x, factor, x, isLog().x) });
  };

  frame.addEventListener(
    'pointerdown',
    (event) => {
      const drawn = chart();
      if (event.button !== 0 || !drawn) return;
      drag = { ...at(event), isPan: event.shiftKey, ranges: drawn.ranges() };
      frame.setPointerCapture(event.pointerId);
    },
    { signal },
  );
  frame.addEventListener(
    'pointermove',
    (event) => {
      const drawn = chart();
      if (!drawn) return;
      const { x, y } = at(event);
      const area = drawn.area();
      if (!drag) {
        moveCursor(x >= area.left && x <= area.right ? drawn.xAt(x) : null);
        return;
      }
      if (drag.isPan) {
        zoom({
          x: shifted(drag.ranges.x, (drag.x - x) / (area.right - area.left), isLog().x),
          y: shifted(drag.ranges.y, (y - drag.y) / (area.bottom - area.top), isLog().y),
        });
        return;
      }
      box.hidden = !isLong(drag, x, y);
      const [left, right] = [Math.max(area.left, Math.min(drag.x, x)), Math.min(area.right, Math.max(drag.x, x))];
      const [top, bottom] = [Math.max(area.top, Math.min(drag.y, y)), Math.min(area.bottom, Math.max(drag.y, y))];
      Object.assign(box.style, {
        left: `${left}px`,
        top: `${top}px`,
        width: `${right - left}px`,
        height: `${bottom - top}px`,
      });
    },
    { signal },
  );
  frame.addEventListener(
    'pointerup',
    (event) => {
      const drawn = chart();
      const from = drag;
      drag = undefined;
      box.hidden = true;
      if (!from || from.isPan || !drawn) return;
      const { x, y } = at(event);
      if (!isLong(from, x, y)) return;
      const area = drawn.area();
      const inX = (pixel: number) => drawn.xAt(Math.max(area.left, Math.min(area.right, pixel)));
      const inY = (pixel: number) => drawn.yAt(Math.max(area.top, Math.min(area.bottom, pixel)));
      zoom({
        ...(Math.abs(x - from.x) > MIN_DRAG && { x: [inX(Math.min(from.x, x)), inX(Math.max(from.x, x))] as const }),
        ...(Math.abs(y - from.y) > MIN_DRAG && { y: [inY(Math.max(from.y, y)), inY(Math.min(from.y, y))] as const }),
      });
    },
    { signal },
  );
  frame.addEventListener('pointercancel', () => (drag = undefined), { signal });
  frame.addEventListener('pointerleave', () => moveCursor(null), { signal });
  frame.addEventListener('blur', () => moveCursor(null), { signal });
  frame.addEventListener('dblclick', () => zoom({}), { signal });
  frame.addEventListener(
    'wheel',
    (event) => {
      const drawn = chart();
      if (!event.ctrlKey || !drawn) return;
      event.preventDefault();
      zoomAbout(drawn.xAt(at(event).x), event.deltaY > 0 ? ZOOM_STEP : 1 / ZOOM_STEP);
    },
    { signal, passive: false },
  );
  frame.addEventListener(
    'keydown',
    (event) => {
      const drawn = chart();
      if (!drawn || event.target !== frame || event.ctrlKey || event.altKey || event.metaKey) return;
      const { left, right } = drawn.area();
      const { x, y } = drawn.ranges();
      const here = Math.min(right, Math.max(left, drawn.pixelOf(cursor() ?? drawn.xAt((left + right) / 2))));
      const pan = event.shiftKey;
      const step = (right - left) * CURSOR_STEP;
      const move = (by: number) => moveCursor(drawn.xAt(Math.min(right, Math.max(left, here + by))));
      const keys: Readonly<Record<string, () => void>> = {
        ArrowLeft: () => (pan ? zoom({ x: shifted(x, -PAN_STEP, isLog().x), y }) : move(-step)),
        ArrowRight: () => (pan ? zoom({ x: shifted(x, PAN_STEP, isLog().x), y }) : move(step)),
        ArrowUp: () => pan && zoom({ x, y: shifted(y, PAN_STEP, isLog().y) }),
        ArrowDown: () => pan && zoom({ x, y: shifted(y, -PAN_STEP, isLog().y) }),
        Home: () => moveCursor(drawn.xAt(left)),
        End: () => moveCursor(drawn.xAt(right)),
        '+': () => zoomAbout(drawn.xAt(here), 1 / ZOOM_STEP),
        '=': () => zoomAbout(drawn.xAt(here), 1 / ZOOM_STEP),
        '-': () => zoomAbout(drawn.xAt(here), ZOOM_STEP),
        Escape: () => {
          moveCursor(null);
          zoom({});
        },
      };
      const act = Object.hasOwn(keys, event.key) ? keys[event.key] : undefined;
      if (!act || ((event.key === 'ArrowUp' || event.key === 'ArrowDown') && !pan)) return;
      event.preventDefault();
      act();
    },
    { signal },
  );
  return () => life.abort();
}

function isLong(from: { readonly x: number; readonly y: number }, x: number, y: number): boolean {
  return Math.abs(x - from.x) > MIN_DRAG || Math.abs(y - from.y) > MIN_DRAG;
}
