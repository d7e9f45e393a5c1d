import { element } from '../components/component.js';
import type { CheckpointTexts } from './texts.js';

const PAGE_ROWS = 200;

/** A table that gets more rows when asked. Cells are text; those but the first are numbers when `areNumbers`. */
export function pagedTable(
  caption: string,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  texts: CheckpointTexts,
  areNumbers = false,
): HTMLElement {
  const box = element('div', 'table-frame');
  box.tabIndex = 0; // what scrolls must be reachable by keyboard
  box.setAttribute('role', 'region');
  box.setAttribute('aria-label', caption);
  const table = box.appendChild(element('table', 'plain'));
  const head = table.createTHead().insertRow();
  for (const column of columns) head.appendChild(element('th', '', column)).scope = 'col';
  const body = table.createTBody();
  const button = box.appendChild(element('button', 'button secondary', texts.more));
  button.type = 'button';
  const add = () => {
    const from = body.rows.length;
    for (const cells of rows.slice(from, from + PAGE_ROWS)) {
      const row = body.insertRow();
      for (const [column, text] of cells.entries()) {
        row.appendChild(element('td', areNumbers && column > 0 ? 'number' : '', text));
      }
    }
    button.hidden = body.rows.length >= rows.length;
  };
  button.addEventListener('click', add);
  add();
  return box;
}
