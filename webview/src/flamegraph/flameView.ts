import { element } from '../components/component.js';
import type { FlameFrame } from '../messages/index.js';
import { type Boxes, hitTest } from './layout.js';
import { firstChild, neighbour } from './neighbours.js';
import { AXIS_HEIGHT, paint, ROW_HEIGHT } from './paint.js';
import { type Palette, readPalette } from './palette.js';
import type { Matches } from './search.js';
import { TextFitter } from './textFitter.js';
import { clamped, fitted, panned, revealed, type Viewport, whole, zoomed } from './viewport.js';

/** A drag of fewer pixels is a click. */
const DRAG_PIXELS = 4;
/** A click opens the source only after a second one can no longer make it a double click. */
const DOUBLE_CLICK_MS = 250;
const HIT_PIXELS = 1.5;

/** What the view tells. A box is -1 for none. */
export interface FlameViewEvents {
  focus(box: number): void;
  open(box: number): void;
  search(): void;
  /** The pointer is over a box, at a place in the frame. */
  hover(box: number, x: number, y: number): void;
}

/** What it shows. */
export interface FlameViewState {
  readonly boxes: Boxes;
  readonly frames: readonly FlameFrame[];
  readonly matches: Matches | undefined;
}

/** The picture, with everything that mouse and keyboard do in it. Draws at most once a frame. */
export class FlameView {
  /** What has the keyboard; for names and descriptions. */
  readonly frame: HTMLElement;
  readonly #picture: HTMLCanvasElement;
  readonly #marks: HTMLCanvasElement;
  readonly #events: FlameViewEvents;
  readonly #fitter: TextFitter;
  #state: FlameViewState | undefined;
  #palette: Palette = readPalette();
  #view: Viewport = whole(0);
  #scroll = 0;
  #width = 0;
  #height = 0;
  #focus = -1;
  #hover = -1;
  /** Where a button was pressed, and where the pointer is now. */
  #drag: { from: number; to: number; y: number; isPan: boolean; lastY: number; isDragging: boolean } | undefined;
  #isPictureOld = false;
  #request = 0;
  #pendingOpen: ReturnType<typeof setTimeout> | undefined;

  constructor(root: HTMLElement, events: FlameViewEvents, signal: AbortSignal) {
    this.#events = events;
    this.frame = root.appendChild(element('div', 'flame-frame'));
    this.frame.tabIndex = 0;
    this.frame.setAttribute('role', 'application');
    this.#picture = this.frame.appendChild(element('canvas', 'flame-canvas'));
    this.#marks = this.frame.appendChild(element('canvas', 'flame-canvas'));
    for (const canvas of [this.#picture, this.#marks]) canvas.setAttribute('aria-hidden', 'true');
    const context = this.#picture.getContext('2d', { alpha: false });
    this.#fitter = new TextFitter((text) => {
      if (!context) return text.length * 6;
      context.font = this.#palette.font;
      return context.measureText(text).width;
    });
    const sizes = new ResizeObserver(() => this.#resize());
    sizes.observe(this.frame);
    this.#listen(signal);
    signal.addEventListener('abort', () => {
      sizes.disconnect();
      cancelAnimationFrame(this.#request);
      clearTimeout(this.#pendingOpen);
      this.frame.remove();
    });
    this.#resize();
  }

  /** Shows these boxes. `isOther`: they are not the ones before with some more, so that everything is shown and nothing is selected. */
  show(state: FlameViewState, isOther: boolean): void {
    const wasWhole = !this.#state || this.#view.span >= whole(this.#state.boxes.end).span * 0.999;
    this.#state = state;
    this.#view = isOther || wasWhole ? whole(state.boxes.end) : clamped(this.#view, state.boxes.end);
    if (isOther) {
      this.#focus = -1;
      this.#hover = -1;
      this.#scroll = 0;
    }
    this.#refresh();
  }

  /** Takes the colours of another theme. */
  themeChanged(): void {
    this.#palette = readPalette();
    this.#fitter.clear();
    this.#refresh();
  }

  /** The box that the keyboard is at; -1 for none. */
  get focused(): number {
    return this.#focus;
  }

  /** Goes to a box, and moves the view so that it is seen. */
  focus(box: number): void {
    this.#focus = box;
    const boxes = this.#state?.boxes;
    if (boxes && box >= 0) {
      this.#view = revealed(this.#view, boxes.start[box] ?? 0, boxes.width[box] ?? 0, boxes.end);
      const top = (boxes.row[box] ?? 0) * ROW_HEIGHT;
      const room = this.#height - AXIS_HEIGHT - ROW_HEIGHT;
      this.#scroll = Math.max(0, Math.min(top, Math.max(this.#scroll, top - room)));
    }
    this.#refresh();
    this.#events.focus(box);
  }

  /** Makes the focused box as wide as the view. */
  fitFocused(): void {
    const boxes = this.#state?.boxes;
    if (!boxes || this.#focus < 0) return;
    this.#view = fitted(boxes.start[this.#focus] ?? 0, boxes.width[this.#focus] ?? 0, boxes.end);
    this.#refresh();
  }

  /** Shows `factor` times as much; what is at `share` of the width stays there. */
  zoom(factor: number, share = 0.5): void {
    if (!this.#state) return;
    this.#view = zoomed(this.#view, factor, share, this.#state.boxes.end);
    this.#refresh();
  }

  /** Shows everything. */
  zoomAll(): void {
    this.#view = whole(this.#state?.boxes.end ?? 0);
    this.#scroll = 0;
    this.#refresh();
  }

  #refresh(): void {
    this.#isPictureOld = true;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#request === 0) this.#request = requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    this.#request = 0;
    const state = this.#state;
    const picture = this.#picture.getContext('2d', { alpha: false });
    const marks = this.#marks.getContext('2d');
    if (!state || !picture || !marks) return;
    const scale = window.devicePixelRatio;
    if (this.#isPictureOld) {
      this.#isPictureOld = false;
      const begun = performance.now();
      picture.setTransform(scale, 0, 0, scale, 0, 0);
      const drawn = paint(picture, {
        ...state,
        view: this.#view,
        scroll: this.#scroll,
        width: this.#width,
        height: this.#height,
        palette: this.#palette,
        fitter: this.#fitter,
      });
      // For tests and benchmarks: what was drawn, and how long it took.
      this.frame.dataset.drawn = String(drawn);
      this.frame.dataset.drawMs = String(performance.now() - begun);
      this.frame.dataset.from = String(this.#view.from);
      this.frame.dataset.span = String(this.#view.span);
    }
    marks.setTransform(scale, 0, 0, scale, 0, 0);
    marks.clearRect(0, 0, this.#width, this.#height);
    this.#outline(marks, this.#hover, 1);
    this.#outline(marks, this.#focus, 2);
    if (this.#drag?.isDragging && !this.#drag.isPan) {
      const { from, to } = this.#drag;
      marks.strokeStyle = this.#palette.focus;
      marks.fillStyle = `color-mix(in srgb, ${this.#palette.focus} 25%, transparent)`;
      marks.fillRect(Math.min(from, to), 0, Math.abs(to - from), this.#height);
      marks.strokeRect(Math.min(from, to) + 0.5, 0.5, Math.abs(to - from), this.#height - 1);
    }
  }

  #outline(context: CanvasRenderingContext2D, box: number, thickness: number): void {
    const boxes = this.#state?.boxes;
    if (!boxes || box < 0 || box >= boxes.count) return;
    const scale = this.#width / this.#view.span;
    const left = ((boxes.start[box] ?? 0) - this.#view.from) * scale;
    const right = left + (boxes.width[box] ?? 0) * scale;
    const y = AXIS_HEIGHT + (boxes.row[box] ?? 0) * ROW_HEIGHT - this.#scroll;
    if (right < 0 || left > this.#width || y < AXIS_HEIGHT - ROW_HEIGHT) return;
    const [from, to] = [Math.max(left, 0), Math.min(right, this.#width)];
    context.lineWidth = thickness;
    for (const [color, inset] of [
      [this.#palette.focus, 0],
      [this.#palette.text, thickness],
    ] as const) {
      context.strokeStyle = color;
      context.strokeRect(
        from + inset,
        y + inset,
        Math.max(2, to - from - 1 - 2 * inset),
        Math.max(2, ROW_HEIGHT - 1 - 2 * inset),
      );
    }
  }

  #resize(): void {
    const { clientWidth, clientHeight } = this.frame;
    const scale = window.devicePixelRatio;
    this.#width = clientWidth;
    this.#height = clientHeight;
    for (const canvas of [this.#picture, this.#marks]) {
      canvas.width = Math.round(clientWidth * scale);
      canvas.height = Math.round(clientHeight * scale);
    }
    this.#isPictureOld = true;
    // At once: a canvas of another size is empty, and would flicker.
    this.#draw();
  }

  #boxAt(x: number, y: number): number {
    const boxes = this.#state?.boxes;
    if (!boxes || y < AXIS_HEIGHT || this.#width === 0) return -1;
    const scale = this.#view.span / this.#width;
    const row = Math.floor((y - AXIS_HEIGHT + this.#scroll) / ROW_HEIGHT);
    return hitTest(boxes, row, this.#view.from + x * scale, HIT_PIXELS * scale);
  }

  #scrollBy(pixels: number): void {
    const all = (this.#state?.boxes.rows.length ?? 0) * ROW_HEIGHT + ROW_HEIGHT;
    const most = Math.max(0, all - (this.#height - AXIS_HEIGHT));
    this.#scroll = Math.min(most, Math.max(0, this.#scroll + pixels));
  }

  #listen(signal: AbortSignal): void {
    const { frame } = this;
    const on = <K extends keyof HTMLElementEventMap>(type: K, listener: (event: HTMLElementEventMap[K]) => void) =>
      frame.addEventListener(type, listener, { signal, passive: false });
    const at = (event: MouseEvent) => {
      const { left, top } = frame.getBoundingClientRect();
      return { x: event.clientX - left, y: event.clientY - top };
    };
    on('wheel', (event) => {
      event.preventDefault();
      // A pinch on a touch pad comes as a wheel with Ctrl.
      if (event.ctrlKey || event.metaKey) {
        this.zoom(Math.exp(Math.min(Math.max(event.deltaY, -100), 100) / 120), at(event).x / Math.max(1, this.#width));
        return;
      }
      const [dx, dy] = event.shiftKey ? [event.deltaY, 0] : [event.deltaX, event.deltaY];
      this.#pan(dx / Math.max(1, this.#width));
      this.#scrollBy(dy);
      this.#refresh();
    });
    on('pointerdown', (event) => {
      if (event.button > 1) return;
      const { x, y } = at(event);
      const isPan = event.button === 1 || event.shiftKey || event.altKey;
      this.#drag = { from: x, to: x, y, lastY: y, isPan, isDragging: false };
      frame.setPointerCapture(event.pointerId);
    });
    on('pointermove', (event) => this.#moved(at(event)));
    on('pointerup', (event) => this.#released(at(event)));
    on('pointercancel', () => {
      this.#drag = undefined;
      this.#schedule();
    });
    on('pointerleave', () => {
      this.#hover = -1;
      this.#events.hover(-1, 0, 0);
      this.#schedule();
    });
    on('dblclick', (event) => {
      clearTimeout(this.#pendingOpen);
      const { x, y } = at(event);
      const box = this.#boxAt(x, y);
      if (box < 0) return this.zoomAll();
      this.focus(box);
      this.fitFocused();
    });
    on('keydown', (event) => this.#key(event));
  }

  #moved({ x, y }: { x: number; y: number }): void {
    const drag = this.#drag;
    if (!drag) {
      this.#hover = this.#boxAt(x, y);
      this.#events.hover(this.#hover, x, y);
      this.#schedule();
      return;
    }
    drag.isDragging ||= Math.abs(x - drag.from) > DRAG_PIXELS || (drag.isPan && Math.abs(y - drag.y) > DRAG_PIXELS);
    if (drag.isPan && drag.isDragging) {
      this.#pan((drag.to - x) / Math.max(1, this.#width));
      this.#scrollBy(drag.lastY - y);
      this.#refresh();
    }
    drag.to = x;
    drag.lastY = y;
    this.#schedule();
  }

  #released({ x, y }: { x: number; y: number }): void {
    const drag = this.#drag;
    this.#drag = undefined;
    if (!drag || !this.#state) return;
    if (!drag.isDragging) {
      const box = this.#boxAt(x, y);
      this.focus(box);
      clearTimeout(this.#pendingOpen);
      if (box >= 0) this.#pendingOpen = setTimeout(() => this.#events.open(box), DOUBLE_CLICK_MS);
    } else if (!drag.isPan) {
      const scale = this.#view.span / Math.max(1, this.#width);
      const from = this.#view.from + Math.min(drag.from, x) * scale;
      this.#view = clamped({ from, span: Math.abs(x - drag.from) * scale }, this.#state.boxes.end);
      this.#refresh();
    }
    this.#schedule();
  }

  #pan(share: number): void {
    if (this.#state) this.#view = panned(this.#view, share, this.#state.boxes.end);
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const action = event.shiftKey ? this.#shiftKeys[event.key] : this.#keys[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }

  readonly #keys: Readonly<Record<string, () => void>> = {
    '+': () => this.zoom(0.5),
    '=': () => this.zoom(0.5),
    '-': () => this.zoom(2),
    '0': () => this.zoomAll(),
    f: () => this.fitFocused(),
    '/': () => this.#events.search(),
    Enter: () => {
      if (this.#focus >= 0) this.#events.open(this.#focus);
    },
    Escape: () => this.focus(-1),
    ArrowUp: () => this.#step((boxes, box) => boxes.parent[box] ?? -1),
    ArrowDown: () => this.#step(firstChild),
    ArrowLeft: () => this.#step((boxes, box) => neighbour(boxes, box, -1)),
    ArrowRight: () => this.#step((boxes, box) => neighbour(boxes, box, 1)),
    Home: () => this.#step((boxes) => boxes.rows[0]?.[0] ?? -1),
  };

  readonly #shiftKeys: Readonly<Record<string, () => void>> = {
    '+': () => this.zoom(0.5),
    ArrowLeft: () => this.#shift(-0.2, 0),
    ArrowRight: () => this.#shift(0.2, 0),
    ArrowUp: () => this.#shift(0, -ROW_HEIGHT),
    ArrowDown: () => this.#shift(0, ROW_HEIGHT),
  };

  #shift(share: number, pixels: number): void {
    this.#pan(share);
    this.#scrollBy(pixels);
    this.#refresh();
  }

  #step(next: (boxes: Boxes, box: number) => number): void {
    const boxes = this.#state?.boxes;
    if (!boxes) return;
    const to = this.#focus < 0 ? (boxes.rows[0]?.[0] ?? -1) : next(boxes, this.#focus);
    if (to >= 0) this.focus(to);
  }
}
