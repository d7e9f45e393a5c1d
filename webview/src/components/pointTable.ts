import { formatCount, formatValue } from '../format.js';
import type { DrawnSeries } from '../pageState.js';
import { texts } from '../texts.js';
import { type Component, element, setText } from './component.js';

/** The points of one chart as a table, for those who cannot see it and those who want the numbers. */
export function pointTable(root: HTMLElement): Component<DrawnSeries> {
  const frame = root.appendChild(element('div', 'point-table'));
  // A region that scrolls must be reachable by keyboard.
  frame.tabIndex = 0;
  frame.setAttribute('role', 'region');
  const table = frame.appendChild(document.createElement('table'));
  const caption = table.createCaption();
  const head = table.createTHead().insertRow();
  for (const name of [texts.step, texts.value]) {
    const cell = head.appendChild(element('th', '', name));
    cell.scope = 'col';
  }
  const body = table.createTBody();
  // What each row shows, so that a new point costs a row and not a table.
  let rows: DrawnSeries['points'] = [];
  return {
    update({ name, points, total }) {
      frame.setAttribute('aria-label', texts.tableOf(name));
      setText(caption, captionOf(name, points.length, total));
      let same = 0;
      while (same < rows.length && rows[same] === points[same]) same++;
      while (body.rows.length > same) body.deleteRow(-1);
      body.append(...points.slice(same).map(({ step, y }) => pointRow(step, y)));
      rows = points.slice();
    },
    dispose: () => frame.remove(),
  };
}

function captionOf(name: string, drawn: number, total: number): string {
  if (drawn === total) return texts.points(name, formatCount(total));
  return texts.somePoints(name, formatCount(drawn), formatCount(total));
}

function pointRow(x: number, y: number): HTMLTableRowElement {
  const row = document.createElement('tr');
  row.append(element('td', '', formatCount(x)), element('td', '', Number.isNaN(y) ? texts.gap : formatValue(y)));
  return row;
}
