import { type Component, element } from '../components/component.js';
import { formatCount } from '../format.js';
import type { FrameTotals, SpanTable } from './spanTable.js';
import type { FlameTexts } from './texts.js';
import { timeLabel } from './time.js';

/** Rows that the table shows; nobody reads more, and the page stays light. */
const MAX_ROWS = 200;

/** What the table can be sorted by. */
export type SortKey = 'name' | 'count' | 'total' | 'self' | 'mean';

/** A row: a name, and how long it took. */
export interface FunctionRow extends FrameTotals {
  readonly frame: number;
  readonly name: string;
}

/** All names that occur, sorted: numbers from the most, names from A. */
export function functionRows(table: SpanTable, key: SortKey, isReversed = false): FunctionRow[] {
  const rows = table.frames
    .map(({ name }, frame) => ({ frame, name, ...(table.totals[frame] as FrameTotals) }))
    .filter(({ count }) => count > 0);
  const order = (a: FunctionRow, b: FunctionRow) =>
    key === 'name' ? a.name.localeCompare(b.name) : b[key] - a[key] || a.name.localeCompare(b.name);
  rows.sort((a, b) => (isReversed ? order(b, a) : order(a, b)));
  return rows;
}

/** The flamegraph's twin: the same profile as a table of names, for those who cannot see it and those who want the numbers. */
export function functionTable(
  root: HTMLElement,
  texts: FlameTexts,
  choose: (frame: number) => void,
): Component<SpanTable | null> {
  const region = root.appendChild(element('div', 'point-table flame-table'));
  region.tabIndex = 0;
  region.setAttribute('role', 'region');
  region.setAttribute('aria-label', texts.tableLabel);
  region.hidden = true;
  const grid = region.appendChild(document.createElement('table'));
  const caption = grid.createCaption();
  const head = grid.createTHead().insertRow();
  const body = grid.createTBody();
  let key: SortKey = 'self';
  let isReversed = false;
  let shown: SpanTable | null = null;
  const headers = (['name', 'count', 'total', 'self', 'mean'] as const).map((column) => {
    const cell = head.appendChild(element('th', ''));
    cell.scope = 'col';
    const button = cell.appendChild(element('button', 'button link', texts[column]));
    button.type = 'button';
    button.addEventListener('click', () => {
      isReversed = key === column && !isReversed;
      key = column;
      draw();
    });
    return { column, cell };
  });
  const draw = () => {
    if (!shown) return;
    for (const { column, cell } of headers) {
      // Numbers begin with the most, names with A.
      const isAscending = (column === 'name') !== isReversed;
      if (column !== key) cell.removeAttribute('aria-sort');
      else cell.setAttribute('aria-sort', isAscending ? 'ascending' : 'descending');
    }
    const { frames } = shown;
    const rows = functionRows(shown, key, isReversed);
    caption.textContent = texts.tableCaption(formatCount(Math.min(rows.length, MAX_ROWS)), formatCount(rows.length));
    body.replaceChildren(
      ...rows.slice(0, MAX_ROWS).map(({ frame, name, count, total, self, mean }) => {
        const row = document.createElement('tr');
        const button = element('button', 'button link', name);
        button.type = 'button';
        button.title = frames[frame]?.source ?? '';
        button.addEventListener('click', () => choose(frame));
        row.appendChild(document.createElement('td')).append(button);
        row.append(element('td', '', formatCount(count)));
        for (const time of [total, self, mean]) row.append(element('td', '', timeLabel(time)));
        return row;
      }),
    );
  };
  return {
    update(table) {
      shown = table;
      region.hidden = table === null;
      draw();
    },
    dispose: () => region.remove(),
  };
}
