/** The editor's colours that a canvas needs; everything else takes them from the style sheet. */
export interface Theme {
  readonly line: string;
  /** For the lines of runs that are laid over one another; the first is `line`. */
  readonly lines: readonly string[];
  readonly text: string;
  readonly grid: string;
  readonly panel: string;
  readonly panelText: string;
  readonly panelBorder: string;
  readonly font: string;
}

/** The colours of the theme that is on now. */
export function readTheme(): Theme {
  const style = getComputedStyle(document.body);
  const first = (fallback: string, ...names: string[]): string => {
    for (const name of names) {
      const value = style.getPropertyValue(`--vscode-${name}`).trim();
      if (value !== '') return value;
    }
    return fallback;
  };
  const text = first('#888888', 'foreground');
  const line = first('#3794ff', 'charts-blue');
  return {
    lines: [
      line,
      first('#d18616', 'charts-orange'),
      first('#388a34', 'charts-green'),
      first('#b180d7', 'charts-purple'),
      first('#f14c4c', 'charts-red'),
      first('#cca700', 'charts-yellow'),
    ],
    line,
    text,
    // A theme of high contrast would draw its borders brighter than the line.
    grid: `color-mix(in srgb, ${text} 16%, transparent)`,
    panel: first('#252526', 'editorHoverWidget-background', 'editorWidget-background'),
    panelText: first('#cccccc', 'editorHoverWidget-foreground', 'foreground'),
    panelBorder: first('#454545', 'editorHoverWidget-border', 'contrastBorder'),
    font: first('sans-serif', 'font-family'),
  };
}

/** Calls `listener` when the editor changed its theme, until `signal` aborts. */
export function onThemeChange(listener: () => void, signal: AbortSignal): void {
  // The editor writes its colours into the style of <html> and the kind of theme into the class of <body>.
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
  signal.addEventListener('abort', () => observer.disconnect());
}

/** The stroke of a run's line: its colour, and dashes when there are more runs than colours. */
export function runStroke({ lines }: Theme, color: number): { readonly color: string; readonly dash: number[] } {
  const dashes = [[], [6, 3], [2, 2], [8, 3, 2, 3]];
  return {
    color: lines[color % lines.length] ?? '#888888',
    dash: dashes[Math.floor(color / lines.length) % dashes.length] ?? [],
  };
}
