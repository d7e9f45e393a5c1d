import { formatValue } from '../format.js';
import { texts } from '../texts.js';
import { type Component, element } from './component.js';

/** The values of all runs at one place. */
export interface CursorTableState {
  readonly title: string;
  /** Stands at the left, so as not to cover what the pointer is on. */
  readonly isLeft: boolean;
  readonly rows: readonly {
    readonly name: string;
    readonly color: string;
    readonly value: number;
    /** Undefined without smoothing. */
    readonly smooth: number | undefined;
  }[];
}

/** The table beside the crosshair. Null hides it. */
export function cursorTable(root: HTMLElement): Component<CursorTableState | null> {
  const box = root.appendChild(element('div', 'cursor-table'));
  // Arrow keys move the crosshair; what stands there is said.
  box.setAttribute('role', 'status');
  box.setAttribute('aria-label', texts.value);
  box.hidden = true;
  return {
    update(state) {
      box.hidden = state === null;
      if (!state) return;
      box.dataset.side = state.isLeft ? 'left' : 'right';
      const rows = state.rows.map(({ name, color, value, smooth }) => {
        const row = element('div', 'cursor-row');
        const swatch = row.appendChild(element('span', 'swatch'));
        swatch.style.backgroundColor = color;
        row.append(element('span', 'cursor-name', name), element('span', 'cursor-value', formatValue(value)));
        if (smooth !== undefined) row.append(element('span', 'cursor-smooth', formatValue(smooth)));
        return row;
      });
      box.replaceChildren(element('div', 'cursor-title', state.title), ...rows);
    },
    dispose: () => box.remove(),
  };
}
