/** The editor's colours that a canvas needs; everything else takes them from the style sheet. */
export interface Theme {
  readonly line: string;
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
  return {
    line: first('#3794ff', 'charts-blue'),
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
