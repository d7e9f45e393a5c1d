import type { FlameCategory } from '../messages/index.js';

/** A colour of a box and of the text in it. */
export interface BoxColor {
  readonly fill: string;
  readonly text: string;
}

/** The editor's colours, for a canvas. */
export interface Palette {
  readonly boxes: Readonly<Record<FlameCategory, BoxColor>>;
  /** Boxes that a search found. */
  readonly match: BoxColor;
  readonly background: string;
  readonly text: string;
  readonly grid: string;
  readonly focus: string;
  readonly font: string;
  /** Boxes are told apart by lines, and not by their colour. */
  readonly isHighContrast: boolean;
}

/** Theme variables of each category, and a colour where a theme has none. */
const VARIABLES: Readonly<Record<FlameCategory, readonly [string, string]>> = {
  run: ['charts-lines', '#8a8a8a'],
  epoch: ['charts-purple', '#b180d7'],
  batch: ['charts-blue', '#3794ff'],
  hook: ['charts-green', '#89d185'],
  callback: ['charts-yellow', '#cca700'],
  data: ['charts-orange', '#d18616'],
  checkpoint: ['charts-red', '#f14c4c'],
  user: ['terminal-ansiCyan', '#11a8cd'],
  kernel: ['terminal-ansiMagenta', '#bc3fbc'],
  library: ['charts-yellow', '#cca700'],
  native: ['charts-lines', '#8a8a8a'],
  gc: ['charts-red', '#f14c4c'],
};

/** The colours of the theme that is on now. */
export function readPalette(): Palette {
  const style = getComputedStyle(document.body);
  const color = (variable: string, fallback: string) =>
    style.getPropertyValue(`--vscode-${variable}`).trim() || fallback;
  const background = color('editor-background', '#1e1e1e');
  const text = color('foreground', '#cccccc');
  const isHighContrast = document.body.className.includes('high-contrast');
  const plain: BoxColor = { fill: background, text };
  const solid = (fill: string): BoxColor => ({ fill, text: readableOn(fill) });
  const boxes = Object.fromEntries(
    Object.entries(VARIABLES).map(([category, [variable, fallback]]) => [
      category,
      isHighContrast ? plain : solid(muted(color(variable, fallback), background)),
    ]),
  ) as Record<FlameCategory, BoxColor>; // one for each entry of a table that has all
  return {
    boxes,
    match: solid(muted(color('editor-findMatchBackground', '#f2cc60'), background, 1)),
    background,
    text,
    grid: isHighContrast ? color('contrastBorder', text) : muted(text, background, 0.2),
    focus: color('focusBorder', '#0078d4'),
    font: `11px ${color('font-family', 'sans-serif')}`,
    isHighContrast,
  };
}

type Rgb = readonly [number, number, number];

/** A colour laid over the background: full ones side by side glare. */
function muted(color: string, background: string, strength = 0.8): string {
  const [over, under] = [rgb(color), rgb(background)];
  const mixed = over.map((part, i) => Math.round(part * strength + (under[i] as number) * (1 - strength)));
  return `rgb(${mixed.join(',')})`;
}

/** Black or white, whichever stands out more. Source: WCAG 2.2, relative luminance. */
function readableOn(fill: string): string {
  const [r, g, b] = rgb(fill).map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as unknown as Rgb; // map keeps the length
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? '#000000' : '#ffffff';
}

const known = new Map<string, Rgb>();
let probe: CanvasRenderingContext2D | null | undefined;

/** Any CSS colour as the browser reads it; what shines through is laid over nothing. */
function rgb(color: string): Rgb {
  const cached = known.get(color);
  if (cached) return cached;
  if (probe === undefined) {
    const canvas = document.createElement('canvas');
    canvas.width = 1;
    canvas.height = 1;
    probe = canvas.getContext('2d', { willReadFrequently: true });
  }
  if (!probe) return [128, 128, 128];
  probe.clearRect(0, 0, 1, 1);
  probe.fillStyle = color;
  probe.fillRect(0, 0, 1, 1);
  const [r = 0, g = 0, b = 0] = probe.getImageData(0, 0, 1, 1).data;
  const read: Rgb = [r, g, b];
  known.set(color, read);
  return read;
}
